#include "crashtext/modules.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostModules = 4096;  // ten times what distributions' kernels load
constexpr size_t kLongestName = 64;    // MODULE_NAME_LEN, 64 - sizeof(unsigned long)

bool name_character(char c) { return Scan::letter(c) || Scan::digit(c) || c == '_' || c == '-'; }

// "zfs(PO+)": print_modules() and module_flags() of kernel/module/main.c.
std::optional<Module> parse_module(std::string_view word) {
  Scan scan(word);
  Module module;
  module.name = scan.take_while(name_character);
  if (module.name.empty() || module.name.size() > kLongestName) return std::nullopt;
  // A word of a stack's raw contents.
  if (module.name.size() >= 8 && std::ranges::all_of(module.name, Scan::hex_digit)) return std::nullopt;
  if (scan.take('(')) {
    const std::string_view flags = scan.take_while([](char c) { return Scan::letter(c) || c == '+' || c == '-'; });
    for (const char c : flags) {
      if (c == '+') {
        module.loading = true;
      } else if (c == '-') {
        module.unloading = true;
      } else {
        module.taint += c;
      }
    }
    scan.take(')');  // which a cut line lacks
  }
  scan.take(',');
  if (!scan.at_end()) return std::nullopt;
  return module;
}

}  // namespace

bool ModuleList::read(std::string_view line) {
  constexpr std::string_view kHeading = "Modules linked in:";
  line = trim(line);
  if (line.starts_with(kHeading)) {
    // A report's own list is the first; the panic behind it prints none, another report its own.
    if (seen_) return true;
    seen_ = true;
    open_ = true;
    if (!read_names(line.substr(kHeading.size()))) truncated_ = true;
    return true;
  }
  if (!open_) return false;
  const size_t before = modules_.size();
  if (!line.empty() && read_names(line)) return true;
  modules_.resize(before);
  open_ = false;
  return false;
}

bool ModuleList::read_names(std::string_view text) {
  std::string_view unloaded;
  if (const size_t bracket = text.find('['); bracket != std::string_view::npos) {
    unloaded = text.substr(bracket);
    text = text.substr(0, bracket);
    open_ = false;
  }
  for (const std::string_view word : split_blanks(text)) {
    if (modules_.size() >= kMostModules) return false;
    auto module = parse_module(word);
    if (!module) return false;
    modules_.push_back(*std::move(module));
  }
  constexpr std::string_view kUnloaded = "[last unloaded:";
  if (!unloaded.starts_with(kUnloaded)) return unloaded.empty();
  unloaded.remove_prefix(kUnloaded.size());
  const size_t end = unloaded.find(']');
  truncated_ |= end == std::string_view::npos;
  // Since v6.1 with the taint in a second pair: "nf_tables(OE):0".
  for (std::string_view word : split_blanks(unloaded.substr(0, end))) {
    word = word.substr(0, word.find(':'));
    if (auto module = parse_module(word)) unloaded_.push_back(*std::move(module));
  }
  return true;
}

const Module* ModuleList::find(std::string_view name) const {
  const auto found = std::ranges::find(modules_, name, &Module::name);
  return found == modules_.end() ? nullptr : &*found;
}

}  // namespace inquest::crashtext
