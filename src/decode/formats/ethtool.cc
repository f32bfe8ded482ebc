// ethtool: `ethtool`, `ethtool -i` and `ethtool -S`: a network card's link, driver and counters.
// docs/formats/ethtool.md Source: ethtool ethtool.c (dump_drvinfo(), do_gnicstats()), netlink/settings.c.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "Settings for enp1s0:"
std::string_view settings_of(std::string_view line) {
  constexpr std::string_view kStart = "Settings for ";
  return line.starts_with(kStart) && line.ends_with(':') ? line.substr(kStart.size(), line.size() - kStart.size() - 1)
                                                         : std::string_view();
}

// Counters that tell of trouble, by their drivers' own names.
bool is_trouble(std::string_view name) {
  for (const std::string_view word : {"err", "drop", "discard", "timeout", "miss", "crc", "abort", "fail", "reset"}) {
    if (contains_nocase(name, word)) return true;
  }
  return false;
}

class Ethtool : public ToolReader {
 public:
  explicit Ethtool(Sink& sink) : ToolReader(sink, {"ethtool"}) {}

 private:
  void command(std::string_view typed, const Place& /*place*/) override {
    const auto words = split_blanks(typed);
    name_ =
        words.size() > 1 && !words.back().starts_with('-') ? std::string(words.back().substr(0, 64)) : std::string();
    statistics_ = false;
  }

  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (const auto found = settings_of(line); !found.empty()) {
      name_ = std::string(found.substr(0, 64));
      return;
    }
    if (line == "NIC statistics:") {
      statistics_ = true;
      return;
    }
    const auto field = split_field(line);
    if (!field) return;  // a value that goes on, such as a list of link modes
    const std::string value = fmt::format("{}{}{}", name_, name_.empty() ? "" : " ", field->value.substr(0, 200));
    if (!statistics_) return fact(fmt::format("ethtool.{}", key_of(field->key)), value, place);
    fact(
        "ethtool.statistic",
        fmt::format("{}{}{}={}", name_, name_.empty() ? "" : " ", field->key.substr(0, 64), field->value.substr(0, 32)),
        place);
    if (field->value != "0" && is_trouble(field->key))
      fact("ethtool.trouble",
           fmt::format("{}{}{}={}", name_, name_.empty() ? "" : " ", field->key.substr(0, 64),
                       field->value.substr(0, 32)),
           place);
  }

  static constexpr size_t kMost = 100'000;
  std::string name_;
  bool statistics_ = false;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"ethtool"}, 10);
  if (tool.lines.empty()) return Claim::No;
  const std::string_view first = trim(tool.lines.front());
  if (!settings_of(first).empty() || first == "NIC statistics:") return Claim::Certain;
  const bool driver =
      first.starts_with("driver: ") && tool.lines.size() > 1 && trim(tool.lines[1]).starts_with("version:");
  return driver ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Ethtool>(sink); }

}  // namespace

extern const Decoder ethtool_decoder;
const Decoder ethtool_decoder{"ethtool", "ethtool, -i, -S: a network card's link, driver and counters", sniff, open};

}  // namespace inquest::decode
