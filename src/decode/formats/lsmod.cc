// lsmod: `lsmod` and /proc/modules: which kernel modules were loaded. docs/formats/lsmod.md
// Source: kmod tools/lsmod.c; Linux kernel/module/procfs.c.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_heading(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 3 && words[0] == "Module" && words[1] == "Size" && words[2] == "Used";
}

bool is_name(std::string_view word) {
  return !word.empty() && word.size() <= 64 &&
         word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
             std::string_view::npos;
}

struct Module {
  std::string_view name;
  std::string_view size;
  std::string_view used_by;
  std::string_view taint;  // "(PO)", of /proc/modules only
};

// "zfs                  6602752  6", "snd 98304 2 snd_hda,snd_timer"; "zfs 6602752 6 - Live 0xffffffffc0a00000 (PO)"
std::optional<Module> parse_module(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 3 || words.size() > 8 || !is_name(words[0])) return std::nullopt;
  if (!parse_int<uint64_t>(words[1]) || !parse_int<int64_t>(words[2])) return std::nullopt;
  Module out{words[0], words[1], {}, {}};
  if (words.size() == 4) out.used_by = words[3];
  if (words.size() > 4) {
    if (words.size() < 6 || (words[4] != "Live" && words[4] != "Loading" && words[4] != "Unloading") ||
        !words[5].starts_with("0x"))
      return std::nullopt;
    if (words[3] != "-") out.used_by = words[3];
    if (words.size() == 7) out.taint = words[6];
  }
  return out;
}

class Lsmod : public ToolReader {
 public:
  explicit Lsmod(Sink& sink) : ToolReader(sink, {"lsmod", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty() || is_heading(text)) return;
    const auto module = parse_module(text);
    if (!module) return sink().problem(place, "a line that is no module");
    if (++count_ > kMost) return sink().problem(place, "more modules than a kernel has: the rest was left out");
    fact("module.loaded", module->name, place);
    if (!module->taint.empty())
      fact("module.taint", fmt::format("{} {}", module->name, module->taint.substr(0, 16)), place);
  }

  static constexpr size_t kMost = 10'000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"lsmod", "cat"}, 30);
  if (tool.lines.empty()) return Claim::No;
  if (is_heading(tool.lines.front())) return Claim::Certain;
  size_t modules = 0;
  for (const std::string_view line : tool.lines) {
    const auto module = parse_module(line);
    // Of /proc/modules, and of an lsmod that somebody grepped and whose prompt shows it.
    if (module && (tool.asked || split_blanks(line).size() >= 6)) ++modules;
  }
  return modules != 0 && modules * 10 >= tool.lines.size() * 9 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lsmod>(sink); }

}  // namespace

extern const Decoder lsmod_decoder;
const Decoder lsmod_decoder{"lsmod", "lsmod, /proc/modules: which kernel modules were loaded", sniff, open};

}  // namespace inquest::decode
