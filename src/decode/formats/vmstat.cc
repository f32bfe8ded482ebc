// vmstat: memory, swap and CPU over time, with `-t` on the clock; and `vmstat -s`. docs/formats/vmstat.md
// Source: procps src/vmstat.c.
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// The first heading: " procs -----------memory---------- ---swap-- ..." in any language, dashes between the words.
bool is_banner(std::string_view line) {
  line = trim(line);
  return (line.starts_with("procs -") || line.starts_with("--procs-- -") || line.starts_with("procs  ")) &&
         line.find("cpu") != std::string_view::npos && line.find("--") != std::string_view::npos;
}

// The second: " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st"
std::vector<std::string> heading(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 14 || words.size() > 24 || words[0] != "r" || words[1] != "b") return {};
  return {words.begin(), words.end()};
}

// "     65752064 K total memory"
bool is_summary(std::string_view line) {
  const auto words = split_blanks(line);
  return words.size() >= 2 && parse_int<uint64_t>(words[0]) && !parse_int<uint64_t>(words[1]);
}

class Vmstat : public ToolReader {
 public:
  explicit Vmstat(Sink& sink) : ToolReader(sink, {"vmstat"}) {}

 private:
  void command(std::string_view /*typed*/, const Place& /*place*/) override { columns_.clear(); }

  void output(std::string_view text, const Place& place) override {
    if (trim(text).empty() || is_banner(text)) return;
    if (auto columns = heading(text); !columns.empty()) {
      columns_ = std::move(columns);
      return;
    }
    if (++count_ > kMost) return sink().problem(place, "more rows than are read: the rest was left out");
    if (columns_.empty()) {
      if (!is_summary(text)) return sink().problem(place, "a line before the heading");
      const auto cells = cells_of(text, 2);
      return fact(fmt::format("vmstat.{}", key_of(cells[1])), cells[0], place);
    }
    row(text, place);
  }

  void row(std::string_view text, const Place& place) {
    const auto words = split_blanks(text);
    // With -t the last column's heading is the zone, and its cells are a date and a time.
    size_t figures = columns_.size();
    const bool zoned = columns_.back().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-") == std::string::npos;
    if (zoned) --figures;
    if (words.size() < figures || words.size() > figures + 2)
      return sink().problem(place, "a row that does not fit its table");
    for (size_t i = 0; i < figures; ++i) {
      if (!parse_int<uint64_t>(words[i])) return sink().problem(place, "a cell that is no figure");
    }
    std::optional<ParsedTime> time;
    if (words.size() == figures + 2)
      time = parse_iso_time(text.substr(static_cast<size_t>(words[figures].data() - text.data())));
    if (!time) {
      std::string value;
      for (size_t i = 0; i < figures; ++i) value += fmt::format("{}{}={}", i == 0 ? "" : " ", columns_[i], words[i]);
      return fact("vmstat", value, place);
    }
    if (!stream_) open(zoned ? columns_.back() : std::string(), place);
    for (size_t i = 0; i < figures; ++i) {
      const auto value = static_cast<double>(parse_int<uint64_t>(words[i]).value_or(0));
      sink().sample(sink().series(sink().intern(host()), "vmstat", {}, columns_[i], *stream_), time->local, value,
                    place);
    }
  }

  void open(const std::string& zone, const Place& place) {
    model::Stream fresh;
    fresh.source = sink().intern("vmstat");
    fresh.host = sink().intern(host());
    fresh.clock = zone == "UTC" || zone == "GMT" ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
    fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
    stream_ = sink().open_stream(fresh);
    if (!zone.empty() && fresh.clock == model::ClockDomain::LocalWall)
      sink().fact({}, "timezone-abbreviation", zone.substr(0, 16), place);
  }

  static constexpr size_t kMost = 2'000'000;
  std::vector<std::string> columns_;
  std::optional<model::StreamId> stream_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"vmstat"}, 40);
  for (size_t i = 0; i + 1 < tool.lines.size() && i < 2; ++i) {
    if (is_banner(tool.lines[i]) && !heading(tool.lines[i + 1]).empty()) return Claim::Certain;
  }
  size_t own = 0;
  for (const std::string_view line : tool.lines) {
    if (!is_summary(line)) return Claim::No;
    if (line.find("K total memory") != std::string_view::npos || line.find("boot time") != std::string_view::npos ||
        line.find("context switches") != std::string_view::npos)
      ++own;
  }
  return own >= 2 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Vmstat>(sink); }

}  // namespace

extern const Decoder vmstat_decoder;
const Decoder vmstat_decoder{"vmstat", "vmstat: memory, swap and CPU over time", sniff, open};

}  // namespace inquest::decode
