// sysstat: what sar, mpstat, iostat, pidstat and `vmstat -t` print, in any language. docs/formats/sysstat.md
// Source: sysstat common.c (print_gal_header(), set_report_date()), sar.c, iostat.c; procps src/vmstat.c.
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
constexpr size_t kMostCells = 200;

// "Linux 6.17.4-2-pve (node-a) \t01/31/2026 \t_x86_64_\t(16 CPU)". Views into the line.
struct Header {
  std::string_view release;
  std::string_view host;
  std::string_view date;
};
std::optional<Header> parse_header(std::string_view line) {
  if (!line.starts_with("Linux ") || line.size() > 512) return std::nullopt;
  const size_t open = line.find(" (");
  const size_t close = line.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos || open < 6) return std::nullopt;
  const auto words = split_blanks(line.substr(close + 1));
  if (words.size() < 2 || words.size() > 5 || !words[1].starts_with('_')) return std::nullopt;
  return Header{trim(line.substr(6, open - 6)), line.substr(open + 2, close - open - 2), words[0]};
}

// A date with slashes is month first in the C locale (two digits of a year) and in America (a clock with AM and PM);
// elsewhere the day comes first.
std::optional<Ns> date_of(std::string_view text, bool twelve_hours) {
  const auto parts = split(text, '/');
  if (parts.size() == 3 && parts[2].size() == 4) {
    const auto first = parse_int<int>(parts[0]);
    const auto second = parse_int<int>(parts[1]);
    const bool day_first = (first && *first > 12) || (!twelve_hours && second && *second <= 12);
    if (day_first) return parse_numeric_date(fmt::format("{}/{}/{}", parts[1], parts[0], parts[2]));
  }
  return parse_numeric_date(text);
}

bool is_number(std::string_view cell) { return parse_double(with_point(cell)).has_value(); }

// Columns that tell rows apart rather than count.
bool is_key(std::string_view name) {
  static constexpr std::string_view kKeys[] = {
      "CPU",        "DEV",  "IFACE",    "INTR",     "TTY",     "FAN",      "TEMP",   "BUS",       "UID",
      "PID",        "TGID", "TID",      "Command",  "Device",  "Device:",  "USER",   "DEVICE",    "FILESYSTEM",
      "MOUNTPOINT", "NODE", "SWITCHES", "manufact", "product", "idvendor", "idprod", "Filesystem"};
  return std::ranges::find(kKeys, name) != std::ranges::end(kKeys);
}

class Sysstat : public ToolReader {
 public:
  explicit Sysstat(Sink& sink) : ToolReader(sink, {"sar", "mpstat", "iostat", "pidstat", "sadf", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) {
      after_blank_ = true;
      return;
    }
    const bool after_blank = std::exchange(after_blank_, false);
    if (const auto header = parse_header(line)) return begin(*header, place);
    auto words = split_blanks(line);
    if (words.size() > kMostCells) return sink().problem(place, "a row with more cells than any table");
    // "Average:", "Durchschn.:", "Moyenne :": of the times above it.
    if (words[0].ends_with(':') && !words[0].starts_with("Device") && words[0] != "avg-cpu:") return;
    if (words.size() > 1 && words[1] == ":") return;
    if (stamp(line, words, place)) return;
    const auto clock = take_clock(words);
    if (words.empty()) return;
    if (clock) {
      if (line.find("LINUX RESTART") != std::string_view::npos) return event(*clock, text, "LINUX RESTART", place);
      if (words[0] == "COM") return event(*clock, text, "COM", place);
    }
    const bool heading = (after_blank || columns_.empty() || words.size() != columns_.size()) && is_heading(words);
    if (heading) return define(words, clock);
    row(words, clock, place);
  }

  void begin(const Header& header, const Place& place) {
    date_text_ = std::string(header.date.substr(0, 32));
    kept_host_ = std::string(header.host.substr(0, 64));
    fact("sysstat.kernel", header.release.substr(0, 128), place);
    header_at_ = place;
    day_.reset();
    last_.reset();
    stamp_.reset();
    columns_.clear();
  }

  // "01/31/2026 11:16:58 PM" alone: iostat -t.
  bool stamp(std::string_view line, const std::vector<std::string_view>& words, const Place& /*place*/) {
    if (words.size() == 1 && line.find('T') != std::string_view::npos) {
      const auto iso = parse_iso_time(line);
      if (!iso || iso->length != line.size()) return false;
      stamp_ = iso->local;
      return true;
    }
    if (words.size() < 2 || words.size() > 3) return false;
    const bool twelve = words.size() == 3;
    const auto date = date_of(words[0], twelve);
    const auto clock = parse_clock_time(twelve ? fmt::format("{} {}", words[1], words[2]) : std::string(words[1]));
    if (!date || !clock) return false;
    stamp_ = *date + *clock;
    return true;
  }

  // The time of day in front of a row, taken off it.
  std::optional<Ns> take_clock(std::vector<std::string_view>& words) {
    // "23:40:01", "11:40:01 PM"; "23:40:01+0100" with S_TIME_FORMAT=ISO.
    const std::string_view digits = words[0].substr(0, 8);
    const std::string_view zone = words[0].substr(digits.size());
    if (digits.size() != 8 || digits[2] != ':' || (!zone.empty() && zone[0] != '+' && zone[0] != '-'))
      return std::nullopt;
    const bool twelve = words.size() > 1 && (words[1] == "AM" || words[1] == "PM");
    const auto clock = parse_clock_time(twelve ? fmt::format("{} {}", digits, words[1]) : std::string(digits));
    if (!clock) return std::nullopt;
    words.erase(words.begin(), words.begin() + (twelve ? 2 : 1));
    if (!day_) {
      day_ = date_of(date_text_, twelve);
      if (!day_ && !date_text_.empty())
        sink().problem(header_at_, "a date that is none: the rows below it have no time");
      first_day_ = day_;
    }
    return clock;
  }

  static bool is_heading(const std::vector<std::string_view>& words) {
    if (words.size() < 2 && !is_key(words[0])) return false;
    return std::ranges::none_of(words, is_number);
  }

  void define(const std::vector<std::string_view>& words, const std::optional<Ns>& clock) {
    const bool same = std::ranges::equal(words, columns_);
    columns_.assign(words.begin(), words.end());
    if (same) return;
    // Another table begins at the file's first day again.
    day_ = first_day_;
    last_ = clock;
    family_ = "sar";
    for (const std::string& column : columns_) {
      if (is_key(column)) family_ = fmt::format("sar.{}", key_of(column));
      if (is_key(column)) break;
    }
    if (columns_[0] == "avg-cpu:") family_ = "sar.cpu";
  }

  void row(std::vector<std::string_view>& words, const std::optional<Ns>& clock, const Place& place) {
    if (columns_.empty()) return sink().problem(place, "a line before the first table");
    // iostat's heading for its first table has a word of its own.
    const size_t skip = columns_[0] == "avg-cpu:" ? 1 : 0;
    const bool command = columns_.back() == "Command" || columns_.back() == "MOUNTPOINT";
    if (words.size() < columns_.size() - skip || (words.size() > columns_.size() - skip && !command))
      return sink().problem(place, "a row that does not fit its table");
    std::string tags;
    for (size_t i = skip; i < columns_.size(); ++i) {
      if (!is_key(columns_[i])) continue;
      tags += fmt::format("{}{}={}", tags.empty() ? "" : ",", key_of(columns_[i]), words[i - skip].substr(0, 128));
    }
    const auto time = time_of(clock);
    if (!time) return untimed(words, skip, tags, place);
    for (size_t i = skip; i < columns_.size(); ++i) {
      if (is_key(columns_[i])) continue;
      const auto value = parse_double(with_point(words[i - skip]));
      if (!value) {
        sink().problem(place, "a cell that is no figure");
        continue;
      }
      const model::StreamId stream = open();
      if (const auto series = series_of(tags, columns_[i], stream, place)) sink().sample(*series, *time, *value, place);
    }
  }

  // Without a time there is no sample: the figures since the boot, as iostat prints them.
  void untimed(const std::vector<std::string_view>& words, size_t skip, const std::string& tags, const Place& place) {
    if (++facts_ > kMostFacts) return sink().problem(place, "more rows without a time than are kept");
    std::string value = tags;
    for (size_t i = skip; i < columns_.size(); ++i) {
      if (is_key(columns_[i])) continue;
      value += fmt::format("{}{}={}", value.empty() ? "" : " ", columns_[i].substr(0, 32),
                           with_point(words[i - skip].substr(0, 32)));
    }
    fact_of_host(family_, value, place);
  }

  // A time of day that falls back by more than half a day is the next day's.
  std::optional<Ns> time_of(const std::optional<Ns>& clock) {
    if (!clock) return stamp_;
    if (!day_) return std::nullopt;
    if (last_ && *clock + kDay / 2 < *last_ && *day_ < std::numeric_limits<Ns>::max() - 2 * kDay) day_ = *day_ + kDay;
    last_ = clock;
    return *day_ + *clock;
  }

  void event(Ns clock, std::string_view text, std::string_view mark, const Place& place) {
    const auto time = time_of(clock);
    if (!time) return;
    EventRecord event;
    event.stream = open();
    event.time = *time;
    event.place = place;
    event.ident = sink().intern("sar");
    event.message = text.substr(text.find(mark));
    event.text_at = static_cast<uint32_t>(text.find(mark));
    sink().event(event);
  }

  model::StreamId open() {
    if (!stream_) {
      model::Stream fresh;
      fresh.source = sink().intern("sysstat");
      fresh.host = sink().intern(kept_host_);
      fresh.clock = model::ClockDomain::LocalWall;
      fresh.watch = model::Watch::Metrics | model::Watch::Liveness;
      stream_ = sink().open_stream(fresh);
    }
    return *stream_;
  }

  std::optional<model::SeriesId> series_of(const std::string& tags, const std::string& field, model::StreamId stream,
                                           const Place& place) {
    const std::string key = fmt::format("{}\n{}\n{}\n{}", kept_host_, family_, tags, field);
    if (const auto known = series_.find(key); known != series_.end()) return known->second;
    if (series_.size() == kMostSeries) {
      sink().problem(place, "more series than are kept: samples of further ones are left out");
      return std::nullopt;
    }
    const model::SeriesId id = sink().series(sink().intern(kept_host_), family_, tags, field, stream);
    series_.emplace(key, id);
    return id;
  }

  void fact_of_host(std::string_view key, std::string_view value, const Place& place) {
    sink().fact(kept_host_.empty() ? host() : kept_host_, key, value, place);
  }

  static constexpr size_t kMostFacts = 50'000;
  std::string date_text_;
  std::string kept_host_;
  Place header_at_;
  std::optional<Ns> day_;        // midnight of the row's day
  std::optional<Ns> first_day_;  // of the header's
  std::optional<Ns> last_;       // time of day of the last row
  std::optional<Ns> stamp_;      // that stands on a line of its own
  std::vector<std::string> columns_;
  std::string family_ = "sar";
  std::optional<model::StreamId> stream_;
  std::map<std::string, model::SeriesId> series_;
  bool after_blank_ = true;
  size_t facts_ = 0;
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"sar", "mpstat", "iostat", "pidstat", "sadf", "cat"}, 10);
  return !tool.lines.empty() && parse_header(trim(tool.lines.front())) ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Sysstat>(sink); }

}  // namespace

extern const Decoder sysstat_decoder;
const Decoder sysstat_decoder{"sysstat", "sar, mpstat, iostat, pidstat: figures of a host over time", sniff, open};

}  // namespace inquest::decode
