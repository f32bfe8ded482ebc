// systemd_analyze: `systemd-analyze`, `blame` and `critical-chain`: what a boot spent its time on.
// docs/formats/systemd_analyze.md Source: systemd src/analyze/analyze-time.c, -blame.c, -critical-chain.c.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_unit(std::string_view word) {
  for (const std::string_view end :
       {".service", ".mount", ".socket", ".timer", ".target", ".device", ".swap", ".path", ".slice", ".automount"}) {
    if (word.ends_with(end) && word.size() > end.size()) return true;
  }
  return false;
}

// "1min 2.123s", "412ms", "1y 2month 3w": whether the word is a part of such a time.
bool is_span(std::string_view word) {
  if (word.empty() || word[0] < '0' || word[0] > '9') return false;
  const std::string_view unit = word.substr(std::min(word.find_first_not_of("0123456789."), word.size()));
  return unit == "s" || unit == "ms" || unit == "us" || unit == "min" || unit == "h" || unit == "d" || unit == "w" ||
         unit == "month" || unit == "y";
}

// "1min 30.125s systemd-networkd-wait-online.service"
struct Blamed {
  std::string_view span;
  std::string_view unit;
};
std::optional<Blamed> parse_blame(std::string_view line) {
  line = trim(line);
  const auto words = split_blanks(line);
  if (words.size() < 2 || words.size() > 9 || !is_unit(words.back())) return std::nullopt;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!is_span(words[i])) return std::nullopt;
  }
  return Blamed{trim(line.substr(0, line.size() - words.back().size())), words.back()};
}

bool is_startup(std::string_view line) {
  return line.starts_with("Startup finished in ") && line.find("(kernel)") != std::string_view::npos;
}

// "multi-user.target @12.345s", "└─pveproxy.service @11.2s +1.1s"
bool is_chain(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 2 && words.size() <= 5 && is_unit(words[0]) && words[1].starts_with('@');
}

class SystemdAnalyze : public ToolReader {
 public:
  explicit SystemdAnalyze(Sink& sink) : ToolReader(sink, {"systemd-analyze"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    std::string_view line = trim(text);
    if (line.empty() || line.starts_with("The time ")) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (is_startup(line)) return fact("boot.startup", line.substr(0, 256), place);
    if (const auto blamed = parse_blame(line))
      return fact("boot.unit-time", fmt::format("{} {}", blamed->unit.substr(0, 200), blamed->span), place);
    while (line.starts_with("\xE2\x94") || line.starts_with(' '))
      line.remove_prefix(line[0] == ' ' ? 1 : std::min<size_t>(3, line.size()));
    if (is_chain(line)) return fact("boot.critical-chain", line.substr(0, 256), place);
    if (line.find(" reached after ") != std::string_view::npos)
      return fact("boot.target-reached", line.substr(0, 256), place);
    if (line.find(' ') != std::string_view::npos || !is_unit(line))
      sink().problem(place, "a line that is no time of a unit");
  }

  static constexpr size_t kMost = 20'000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"systemd-analyze"}, 12);
  size_t own = 0;
  for (const std::string_view line : tool.lines) {
    if (is_startup(trim(line)) || is_chain(trim(line)) || parse_blame(line)) ++own;
  }
  return own != 0 && (tool.asked || own * 2 >= tool.lines.size()) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<SystemdAnalyze>(sink); }

}  // namespace

extern const Decoder systemd_analyze_decoder;
const Decoder systemd_analyze_decoder{"systemd_analyze", "systemd-analyze, blame, critical-chain: what a boot took",
                                      sniff, open};

}  // namespace inquest::decode
