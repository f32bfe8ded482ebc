// atop: what `atop -r` prints, as screens or, with -P, as lines for programs. docs/formats/atop.md
// Source: atop showgeneric.c, showlinux.c, parseable.c; atop(1), "PARSEABLE OUTPUT".
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/numeric_date.h"
#include "decode/table_text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostSeries = 100'000;

// "ATOP - node-a      2026/01/31  23:16:58      -----------------      10m0s elapsed"
struct Screen {
  std::string_view host;
  Ns time = 0;
};
std::optional<Ns> date_and_time(std::string_view date, std::string_view clock) {
  std::string dashes(date);
  std::ranges::replace(dashes, '/', '-');
  const auto day = parse_numeric_date(dashes);
  const auto time = parse_clock_time(clock);
  return day && time ? std::optional(*day + *time) : std::nullopt;
}
std::optional<Screen> parse_screen(std::string_view line) {
  if (!line.starts_with("ATOP - ")) return std::nullopt;
  const auto words = split_blanks(line.substr(7));
  if (words.size() < 3) return std::nullopt;
  const auto time = date_and_time(words[1], words[2]);
  return time ? std::optional(Screen{words[0], *time}) : std::nullopt;
}

// "CPU node-a 1769901418 2026/01/31 23:16:58 600 100 16 ..."
struct Parseable {
  std::string_view label;
  std::string_view host;
  Ns time = 0;  // UTC
  double interval = 0;
  std::vector<std::string_view> values;
};
std::optional<Parseable> parse_parseable(std::string_view line) {
  auto words = split_blanks(line);
  if (words.size() < 6 || words[0].size() < 3 || words[0].size() > 6) return std::nullopt;
  const auto epoch = parse_int<uint32_t>(words[2]);
  const auto interval = parse_int<uint32_t>(words[5]);
  if (!epoch || !interval || !date_and_time(words[3], words[4])) return std::nullopt;
  Parseable out{words[0], words[1], static_cast<Ns>(*epoch) * kSecond, static_cast<double>(*interval), {}};
  out.values.assign(words.begin() + 6, words.end());
  return out;
}

// Figures of parseable lines, by the place behind the interval, that all versions print there.
struct Column {
  std::string_view label;
  size_t at;
  std::string_view field;
};
constexpr Column kColumns[] = {
    {"CPL", 1, "load1"},  {"CPL", 2, "load5"},  {"CPL", 3, "load15"}, {"MEM", 1, "pages"},
    {"MEM", 2, "free"},   {"MEM", 3, "cached"}, {"SWP", 1, "swap"},   {"SWP", 2, "swap_free"},
    {"CPU", 2, "system"}, {"CPU", 3, "user"},   {"CPU", 5, "idle"},   {"CPU", 6, "iowait"},
};

// "67%", "23.5G", "14282e3", "0": a figure, units of bytes as atop means them.
std::optional<double> figure(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double scale = 1;
  switch (text.back()) {
    case '%': break;
    case 'K': scale = 1024.0; break;
    case 'M': scale = 1024.0 * 1024; break;
    case 'G': scale = 1024.0 * 1024 * 1024; break;
    case 'T': scale = 1024.0 * 1024 * 1024 * 1024; break;
    default: return parse_double(text);
  }
  const auto number = parse_double(text.substr(0, text.size() - 1));
  return number ? std::optional(*number * scale) : std::nullopt;
}

class Atop : public ToolReader {
 public:
  explicit Atop(Sink& sink) : ToolReader(sink, {"atop"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line == "SEP") return;
    if (line == "RESET") {
      fact("atop.reset", "figures since the boot, or since a gap, follow", place);
    } else if (const auto screen = parse_screen(line)) {
      host_ = std::string(screen->host.substr(0, 64));
      time_ = screen->time;
      in_tasks_ = false;
      sample(host_, "atop", {}, "samples", screen->time, ++count_, false, place);
    } else if (const auto row = parse_parseable(line)) {
      parseable(*row, place);
    } else if (line.find(" | ") != std::string_view::npos && time_ && !in_tasks_) {
      cells(line, place);
    } else if (time_) {
      in_tasks_ = true;  // the list of processes
    } else {
      sink().problem(place, "a line before the first screen");
    }
  }

  void parseable(const Parseable& row, const Place& place) {
    sample(row.host, "atop", {}, "interval", row.time, row.interval, true, place);
    for (const Column& column : kColumns) {
      if (column.label != row.label || column.at >= row.values.size()) continue;
      if (const auto value = parse_double(row.values[column.at]))
        sample(row.host, fmt::format("atop.{}", lower(row.label)), {}, column.field, row.time, *value, true, place);
    }
  }

  // "CPU | sys      20% | user    113% | ... | cpu001 w  0% |"
  void cells(std::string_view line, const Place& place) {
    const auto parts = split(line, '|');
    const std::string family = fmt::format("atop.{}", key_of(parts[0]));
    std::string tags;
    for (size_t i = 1; i < parts.size() && i < 64; ++i) {
      const auto words = split_blanks(parts[i]);
      // A disk's or interface's name, alone in its cell.
      if (words.size() == 1 && i == 1) tags = fmt::format("name={}", words[0].substr(0, 64));
      if (words.size() < 2) continue;
      const auto value = figure(words.back());
      if (value) sample(host_, family, tags, words[0].substr(0, 32), *time_, *value, false, place);
    }
  }

  void sample(std::string_view host, std::string_view family, std::string_view tags, std::string_view field, Ns time,
              double value, bool utc, const Place& place) {
    const std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", host, family, tags, field, utc);
    auto known = series_.find(key);
    if (known == series_.end()) {
      if (series_.size() == kMostSeries)
        return sink().problem(place, "more series than are kept: samples of further ones are left out");
      known = series_.emplace(key, sink().series(sink().intern(host), family, tags, field, stream(utc))).first;
    }
    sink().sample(known->second, time, value, place);
  }

  model::StreamId stream(bool utc) {
    auto& known = utc ? utc_ : wall_;
    if (!known) {
      model::Stream fresh;
      fresh.source = sink().intern("atop");
      fresh.clock = utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
      fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
      known = sink().open_stream(fresh);
    }
    return *known;
  }

  std::string host_;
  std::optional<Ns> time_;
  bool in_tasks_ = false;
  double count_ = 0;
  std::map<std::string, model::SeriesId> series_;
  std::optional<model::StreamId> utc_;
  std::optional<model::StreamId> wall_;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : tool_head(head, {"atop"}, 6).lines) {
    if (parse_screen(trim(line)) || parse_parseable(trim(line))) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Atop>(sink); }

}  // namespace

extern const Decoder atop_decoder;
const Decoder atop_decoder{"atop", "atop -r, atop -P: figures of a host over time", sniff, open};

}  // namespace inquest::decode
