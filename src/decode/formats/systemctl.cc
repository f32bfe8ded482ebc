// systemctl: `systemctl list-units`, `--failed` and `status`. docs/formats/systemctl.md
// Source: systemd src/systemctl/systemctl-list-units.c, systemctl-show.c.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_unit(std::string_view word) {
  for (const std::string_view end : {".service", ".mount", ".socket", ".timer", ".target", ".device", ".swap", ".path",
                                     ".slice", ".scope", ".automount"}) {
    if (word.ends_with(end) && word.size() > end.size()) return true;
  }
  return false;
}

// Without the dot in front that a terminal shows in colour: "●", "○", "×", "*".
std::string_view without_dot(std::string_view line) {
  line = trim(line);
  for (const std::string_view dot : {"\xE2\x97\x8F", "\xE2\x97\x8B", "\xC3\x97", "\xE2\x86\xBB", "*"}) {
    if (line.starts_with(dot)) return trim(line.substr(dot.size()));
  }
  return line;
}

struct Row {
  std::string_view unit;
  std::string_view load;
  std::string_view active;
  std::string_view sub;
};

// "● zfs-import-cache.service loaded failed failed Import ZFS pools by cache file"
std::optional<Row> parse_row(std::string_view line) {
  const auto words = split_blanks(without_dot(line));
  if (words.size() < 4 || !is_unit(words[0])) return std::nullopt;
  const std::string_view load = words[1];
  const std::string_view active = words[2];
  const bool known =
      (load == "loaded" || load == "not-found" || load == "masked" || load == "error" || load == "bad-setting") &&
      (active == "active" || active == "inactive" || active == "failed" || active == "activating" ||
       active == "deactivating" || active == "reloading" || active == "maintenance");
  return known ? std::optional(Row{words[0], load, active, words[3]}) : std::nullopt;
}

// "● kdump-tools.service - Kernel crash dump capture service" at a line's start
std::string_view status_head(std::string_view line) {
  if (line.starts_with(' ')) return {};
  const auto words = split_blanks(without_dot(line));
  return !words.empty() && is_unit(words[0]) && (words.size() == 1 || words[1] == "-") ? words[0] : std::string_view();
}

class Systemctl : public ToolReader {
 public:
  explicit Systemctl(Sink& sink) : ToolReader(sink, {"systemctl"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (const auto row = parse_row(text)) {
      if (++count_ > kMost) return sink().problem(place, "more units than a host has: the rest was left out");
      const std::string value = fmt::format("{}: {} ({})", row->unit.substr(0, 256), row->active, row->sub);
      fact("unit.active", value, place);
      if (row->active == "failed") fact("unit.failed", row->unit.substr(0, 256), place);
      return;
    }
    if (const auto unit = status_head(text); !unit.empty()) {
      unit_ = std::string(unit.substr(0, 256));
      return;
    }
    if (unit_.empty()) return;  // headings and the legend of a list
    const auto field = split_field(text);
    if (!field) return;
    if (field->key == "Loaded")
      return fact("unit.loaded", fmt::format("{}: {}", unit_, field->value.substr(0, 256)), place);
    if (field->key == "Active") {
      fact("unit.active", fmt::format("{}: {}", unit_, field->value.substr(0, 256)), place);
      if (field->value.starts_with("failed")) fact("unit.failed", unit_, place);
    }
  }

  static constexpr size_t kMost = 20'000;
  std::string unit_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"systemctl"});
  size_t rows = 0;
  size_t units = 0;
  size_t active = 0;
  for (const std::string_view line : tool.lines) {
    if (parse_row(line)) ++rows;
    if (!status_head(line).empty()) ++units;
    if (trim(line).starts_with("Active: ") || trim(line).starts_with("Loaded: ")) ++active;
  }
  const bool list = rows * 2 >= tool.lines.size() || (tool.asked && rows != 0) || (rows != 0 && tool.lines.size() < 12);
  return (rows != 0 && list) || (units != 0 && active != 0) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Systemctl>(sink); }

}  // namespace

extern const Decoder systemctl_decoder;
const Decoder systemctl_decoder{"systemctl", "systemctl list-units, --failed, status", sniff, open};

}  // namespace inquest::decode
