// meminfo: /proc/meminfo at one moment. One fact a figure. docs/formats/meminfo.md
// Source: Linux fs/proc/meminfo.c.
#include <string>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// "MemTotal:       32780420 kB", "HugePages_Total:       0": name and figure with its unit.
struct Figure {
  std::string_view name;
  std::string_view value;
};
std::optional<Figure> parse_figure(std::string_view line) {
  const auto field = split_field(line);
  if (!field || field->key.size() > 64 || field->key.find(' ') != std::string_view::npos) return std::nullopt;
  const auto words = split_blanks(field->value);
  if (words.empty() || words.size() > 2 || !parse_int<uint64_t>(words[0])) return std::nullopt;
  if (words.size() == 2 && words[1] != "kB") return std::nullopt;
  return Figure{field->key, field->value};
}

class Meminfo : public ToolReader {
 public:
  explicit Meminfo(Sink& sink) : ToolReader(sink, {"cat", "grep", "head", "egrep"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty()) return;
    const auto figure = parse_figure(text);
    if (!figure) return sink().problem(place, "a line that is no figure");
    if (++count_ > kMost) return sink().problem(place, "more figures than a kernel has: the rest was left out");
    fact(fmt::format("meminfo.{}", figure->name), figure->value, place);
    if (figure->name == "MemTotal") memory_total(figure->value, place);
  }

  void memory_total(std::string_view value, const Place& place) {
    const auto kilobytes = parse_int<uint64_t>(value.substr(0, value.find(' ')));
    if (const auto bytes = checked_mul<uint64_t>(kilobytes.value_or(0), 1024); bytes && *bytes != 0)
      fact("memory.total", std::to_string(*bytes), place);
  }

  static constexpr size_t kMost = 2000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  size_t own = 0;
  size_t good = 0;
  const ToolHead tool = tool_head(head, {"cat", "grep", "head", "egrep"}, 80);
  for (const std::string_view line : tool.lines) {
    const auto figure = parse_figure(line);
    if (!figure) continue;
    ++good;
    for (const std::string_view name :
         {"MemTotal", "MemFree", "MemAvailable", "SwapTotal", "Committed_AS", "SUnreclaim"})
      if (figure->name == name) ++own;
  }
  return own >= 2 && good * 10 >= tool.lines.size() * 9 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Meminfo>(sink); }

}  // namespace

extern const Decoder meminfo_decoder;
const Decoder meminfo_decoder{"meminfo", "/proc/meminfo: what memory was used for", sniff, open};

}  // namespace inquest::decode
