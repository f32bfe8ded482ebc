// smartctl: `smartctl -a` and `-x` as text: what a disk says of its health. docs/formats/smartctl.md
#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "smartctl -a -d sat /dev/sda | less": the last word that is a path below /dev.
std::string_view device_of(std::string_view command) {
  std::string_view device;
  for (const std::string_view word : split_blanks(command)) {
    if (word == "|" || word == ">") break;
    if (word.starts_with("/dev/")) device = word;
  }
  return device;
}

// "  5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       0" of -a and
// "  5 Reallocated_Sector_Ct   PO--CK   100   100   010    -    0" of -x.
struct Attribute {
  std::string_view name;
  std::string_view failed;  // "-", "FAILING_NOW", "In_the_past", "NOW", "Past"
  std::string_view raw;     // to the line's end
};

bool parse_attribute(std::string_view line, Attribute& out) {
  const auto words = split_blanks(line);
  if (words.size() < 8 || words[0].size() > 3 || !parse_int<uint8_t>(words[0])) return false;
  const bool hex = words[2].starts_with("0x");
  const bool flags = words[2].size() == 6 && words[2].find_first_not_of("POSRCK-") == std::string_view::npos;
  if ((!hex && !flags) || words[3].find_first_not_of("0123456789-") != std::string_view::npos) return false;
  const size_t raw = hex ? 9 : 7;
  if (words.size() <= raw) return false;
  out.name = words[1];
  out.failed = words[raw - 1];
  out.raw = trim(line.substr(static_cast<size_t>(words[raw].data() - line.data())));
  return true;
}

// Sections of figures that say nothing of health, and whose lines look like properties.
bool skipped_section(std::string_view line) {
  static constexpr std::array<std::string_view, 9> kStarts = {
      "General SMART Values",    "SMART Selective self-test",     "Supported Power States",
      "Supported LBA Sizes",     "General Purpose Log Directory", "SCT Status Version",
      "SCT Temperature History", "SATA Phy Event Counters",       "SCT Error Recovery Control"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return line.starts_with(start); });
}

class Smartctl : public ToolReader {
 public:
  explicit Smartctl(Sink& sink) : ToolReader(sink, {"smartctl"}) {}

 private:
  void command(std::string_view typed, const Place& /*place*/) override {
    device_ = device_of(typed);
    section_ = Section::Before;
  }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.starts_with("smartctl ") && line.find("local build") != std::string_view::npos) section_ = Section::Before;
    if (line.starts_with("=== START OF ")) {
      section_ = line.find("INFORMATION") != std::string_view::npos ? Section::Information : Section::Data;
      return;
    }
    if (line.empty()) {
      if (section_ == Section::Skipped) section_ = Section::Data;
      return;
    }
    if (section_ == Section::Before) return banner(line, place);
    if (skipped_section(line)) section_ = Section::Skipped;
    if (section_ == Section::Skipped) return;
    Attribute attribute;
    if (parse_attribute(line, attribute)) return record(attribute, place);
    if (line.starts_with("Error ") && line.find(" occurred at disk power-on lifetime") != std::string_view::npos)
      return add("error", line, place);
    const auto field = split_field(line);
    if (!field || field->value.empty() || field->key.size() > 60) return;
    if (section_ == Section::Information) {
      if (field->key == "Device Model" || field->key == "Model Number" || field->key == "Product") {
        if (device_.empty()) device_ = std::string(field->value.substr(0, 64));
      }
      return add(key_of(field->key), field->value, place);
    }
    if (field->key.ends_with("self-assessment test result") || field->key == "SMART Health Status")
      return add("health", field->value, place);
    // Figures of NVMe ("Media and Data Integrity Errors:    0") and counts of ATA ("ATA Error Count: 3").
    const bool figure = field->value[0] >= '0' && field->value[0] <= '9';
    if (figure && text[0] != ' ') add(key_of(field->key), field->value, place);
  }

  // What stands there where the disk could not be asked.
  void banner(std::string_view line, const Place& place) {
    const bool failed =
        line.find("failed") != std::string_view::npos || line.find("Unable to") != std::string_view::npos;
    if (failed) sink().problem(place, fmt::format("the disk could not be read: {}", ellipsis(printable(line), 80)));
  }

  void record(const Attribute& attribute, const Place& place) {
    add(key_of(attribute.name), attribute.raw, place);
    if (attribute.failed != "-") add("failed", fmt::format("{} ({})", attribute.name, attribute.failed), place);
  }

  void add(std::string_view key, std::string_view value, const Place& place) {
    if (++count_ > kMost) return sink().problem(place, "more figures than disks have: the rest was left out");
    const std::string_view shown = value.substr(0, 256);
    fact(fmt::format("smart.{}", key), device_.empty() ? std::string(shown) : fmt::format("{}: {}", device_, shown),
         place);
  }

  enum class Section : uint8_t { Before, Information, Data, Skipped };
  static constexpr size_t kMost = 20'000;

  Section section_ = Section::Before;
  std::string device_;  // as the command names it, else the model
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"smartctl"});
  for (const std::string_view line : tool.lines) {
    if (line.starts_with("smartctl ") && line.find("local build") != std::string_view::npos) return Claim::Certain;
    if (line.starts_with("=== START OF ") && line.ends_with(" SECTION ===")) return Claim::Certain;
    if (line.starts_with("SMART overall-health self-assessment")) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Smartctl>(sink); }

}  // namespace

extern const Decoder smartctl_decoder;
const Decoder smartctl_decoder{"smartctl", "smartctl -a, -x: a disk's health", sniff, open};

}  // namespace inquest::decode
