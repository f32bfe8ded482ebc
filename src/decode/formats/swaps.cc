// swaps: /proc/swaps and `swapon --show`: where the host swaps to. docs/formats/swaps.md
// Source: Linux mm/swapfile.c (swap_show()); util-linux sys-utils/swapon.c and po/.
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "Filename  Type  Size  Used  Priority" of /proc/swaps and `swapon -s`, also in German, French and Spanish; "NAME TYPE
// SIZE USED PRIO" of `swapon --show`.
bool is_heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 5 || words.size() > 6) return false;
  if (words.size() == 5 && words[0] == "NAME" && words[1] == "TYPE" && words[4] == "PRIO") return true;
  const bool name = words[0] == "Filename" || words[0] == "Dateiname" || words[0] == "Nom" || words[0] == "Nomfich.";
  return name && words.back().starts_with("Pri");
}

class Swaps : public ToolReader {
 public:
  explicit Swaps(Sink& sink) : ToolReader(sink, {"swapon", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    if (is_heading(text)) return fact("swap.listed", "yes", place);
    const auto words = split_blanks(text);
    if (words.size() != 5 || !parse_int<int32_t>(words[4])) return sink().problem(place, "a line that is no swap");
    if (++count_ > kMost) return sink().problem(place, "more swaps than a kernel takes: the rest was left out");
    fact("swap.area",
         fmt::format("{} type={} size={} used={} priority={}", words[0].substr(0, 256), words[1].substr(0, 32),
                     with_point(words[2].substr(0, 32)), with_point(words[3].substr(0, 32)), words[4].substr(0, 16)),
         place);
  }

  static constexpr size_t kMost = 1000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"swapon", "cat"}, 3);
  return !tool.lines.empty() && is_heading(tool.lines.front()) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Swaps>(sink); }

}  // namespace

extern const Decoder swaps_decoder;
const Decoder swaps_decoder{"swaps", "/proc/swaps, swapon: where the host swaps to", sniff, open};

}  // namespace inquest::decode
