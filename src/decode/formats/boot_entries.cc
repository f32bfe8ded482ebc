// boot_entries: what a boot loader offers: grub.cfg, GRUB 0.97's menu.lst, loader entries, grubenv.
// docs/formats/boot_entries.md
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostEntries = 500;
constexpr std::string_view kEnvironment = "# GRUB Environment Block";

struct Statement {
  std::string_view word;
  std::string_view rest;
};

Statement split(std::string_view line) {
  line = trim(line);
  const size_t blank = std::min(line.find_first_of(" \t"), line.size());
  return {line.substr(0, blank), trim(line.substr(blank))};
}

bool among(auto& list, std::string_view word) { return std::ranges::find(list, word) != std::ranges::end(list); }

// Commands of GRUB that name a kernel.
constexpr std::array<std::string_view, 6> kKernel = {"linux",  "linux16",   "linuxefi",
                                                     "kernel", "multiboot", "multiboot2"};
// Keys of the Boot Loader Specification's entries, and what Fedora adds.
constexpr std::array<std::string_view, 14> kKeys = {"title",        "version",  "machine-id", "sort-key",   "linux",
                                                    "initrd",       "efi",      "options",    "devicetree", "id",
                                                    "architecture", "grub_arg", "grub_users", "grub_class"};

// 'Debian GNU/Linux' of "'Debian GNU/Linux' --class debian {".
std::string_view quoted(std::string_view text) {
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return split(text).word;
  const size_t close = text.find(text[0], 1);
  return text.substr(1, std::min(close, text.size()) - 1);
}

enum class Shape : uint8_t {
  Other,
  Script,       // grub.cfg
  Menu,         // GRUB 0.97
  Entry,        // the Boot Loader Specification's
  Environment,  // grubenv
};

Shape shape_of(const Head& head) {
  size_t lines = 0;
  size_t entries = 0;
  size_t kernels = 0;
  size_t titles = 0;
  size_t keys = 0;
  bool options = false;
  bool generated = false;
  for (const std::string_view line : head.lines(1000)) {
    if (line.starts_with(kEnvironment)) return lines == 0 ? Shape::Environment : Shape::Other;
    generated = generated || line.starts_with("### BEGIN /etc/grub.d/");
    const Statement said = split(line);
    if (said.word.empty() || said.word[0] == '#') continue;
    ++lines;
    if (said.word == "menuentry" && said.rest.ends_with('{')) ++entries;
    if (said.word == "title") ++titles;
    if (!said.rest.empty() && among(kKernel, said.word)) ++kernels;
    if (!said.rest.empty() && among(kKeys, said.word)) ++keys;
    options = options || said.word == "options" || said.word == "initrd" || said.word == "version";
  }
  if (generated || (entries != 0 && kernels != 0)) return Shape::Script;
  if (titles == 0 || kernels == 0) return Shape::Other;
  if (options && keys == lines) return Shape::Entry;
  return kernels * 10 >= lines ? Shape::Menu : Shape::Other;
}

class BootEntries : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (text.starts_with(kEnvironment)) environment_ = true;
    const Statement said = split(text);
    if (said.word.empty() || said.word[0] == '#') return;
    if (environment_) return variable(trim(text), place);
    if (said.word == "menuentry" || said.word == "submenu" || said.word == "title") {
      close();
      title_ = std::string((said.word == "title" ? said.rest : quoted(said.rest)).substr(0, 256));
    } else if (said.word == "options") {
      options_ = std::string(said.rest.substr(0, 4096));
      place_ = place;
    } else if (!said.rest.empty() && among(kKernel, said.word)) {
      // In a script a second one belongs to another branch of the same entry.
      if (!kernel_.empty()) close();
      kernel_ = std::string(said.rest.substr(0, 4096));
      if (options_.empty()) place_ = place;
    } else if (said.word.starts_with("default=") || (said.word == "default" && !said.rest.empty())) {
      sink().fact({}, "boot.default", said.word == "default" ? said.rest : said.word.substr(8), place);
    } else if (said.word == "set" && said.rest.starts_with("default=") && said.rest.find('$') == said.rest.npos) {
      sink().fact({}, "boot.default", quoted(said.rest.substr(8)), place);
    }
  }

  void end() override { close(); }

  // "saved_entry=0": padded with "#" to 1024 bytes.
  void variable(std::string_view text, const Place& place) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return sink().problem(place, "a line that sets no variable of GRUB");
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = trim(text.substr(equals + 1));
    if (name == "saved_entry" || name == "next_entry") return sink().fact({}, "boot.default", value, place);
    sink().fact({}, "boot.variable", fmt::format("{}={}", name.substr(0, 64), value.substr(0, 4096)), place);
  }

  void close() {
    if (!kernel_.empty()) {
      std::string entry = title_.empty() ? kernel_ : fmt::format("{}: {}", title_, kernel_);
      if (!options_.empty()) entry += " " + options_;
      if (++count_ <= kMostEntries) sink().fact({}, "boot.entry", entry, place_);
      if (count_ == kMostEntries + 1) sink().problem(place_, "more entries than a menu has: the rest was left out");
    }
    kernel_.clear();
    options_.clear();
  }

  bool environment_ = false;
  std::string title_;
  std::string kernel_;
  std::string options_;
  Place place_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) { return shape_of(head) == Shape::Other ? Claim::No : Claim::Certain; }

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<BootEntries>(sink); }

}  // namespace

extern const Decoder boot_entries_decoder;
const Decoder boot_entries_decoder{"boot_entries", "grub.cfg, menu.lst, loader entries, grubenv: what can be booted",
                                   sniff, open};

}  // namespace inquest::decode
