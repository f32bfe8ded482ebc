// last: `last -x`, `last -xF`: boots, shutdowns and sessions out of wtmp, newest first. docs/formats/last.md
// Source: util-linux login-utils/last.c (list(), R_REBOOT, R_CRASH).
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"
#include "decode/year_counter.h"
#include "model/clock_map.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostLines = 200'000;

// One of the three ways in which last prints a time.
struct When {
  Ns time = 0;  // UTC with an offset; civil time; of the year 2000 where it has no year
  bool utc = false;
  bool yearless = false;
  int weekday = -1;  // 0 is Sunday
  Precision precision = Precision::Second;
  size_t length = 0;  // characters
};

int weekday_of(std::string_view name) {
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto at = std::ranges::find(kDays, name);
  return at == std::ranges::end(kDays) ? -1 : static_cast<int>(at - std::ranges::begin(kDays));
}

// "Sat Jan 31 23:20", "Sat Jan 31 23:20:11 2026", "2026-01-31T23:20:11+01:00" at the start of the text.
std::optional<When> parse_when(std::string_view text) {
  if (const auto iso = parse_iso_time(text)) {
    return When{iso->utc().value_or(iso->local), iso->offset.has_value(), false, -1, iso->precision, iso->length};
  }
  if (text.size() < 16 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[13] != ':') return std::nullopt;
  When out;
  out.weekday = weekday_of(text.substr(0, 3));
  Civil civil;
  civil.year = 2000;
  civil.month = month_from_name(text.substr(4, 3));
  const auto day = parse_int<int>(trim(text.substr(8, 2)));
  civil.hour = two_digits(text.data() + 11);
  civil.minute = two_digits(text.data() + 14);
  if (out.weekday < 0 || civil.month == 0 || !day || civil.hour < 0 || civil.minute < 0) return std::nullopt;
  civil.day = *day;
  out.length = 16;
  if (text.size() >= 24 && text[16] == ':' && text[19] == ' ') {
    const auto year = parse_int<int>(text.substr(20, 4));
    civil.second = two_digits(text.data() + 17);
    if (!year || civil.second < 0) return std::nullopt;
    civil.year = *year;
    out.length = 24;
  } else {
    out.yearless = true;
    out.precision = Precision::Minute;
  }
  const auto time = from_civil(civil);
  if (!time) return std::nullopt;
  out.time = *time;
  return out;
}

enum class What : uint8_t { Boot, Shutdown, RunLevel, Session };
enum class End : uint8_t { Unknown, Time, Crash, Down, Running };

// One line of the list. Views into it.
struct Row {
  What what = What::Session;
  When begin;
  End end = End::Unknown;
  std::string_view end_text;
  std::string_view release;  // of a boot
};

End end_of(std::string_view text) {
  if (text.starts_with("still") || text.starts_with("gone")) return End::Running;
  if (!text.starts_with("- ")) return End::Unknown;
  text = trim(text.substr(2));
  if (text.starts_with("crash")) return End::Crash;
  if (text.starts_with("down")) return End::Down;
  return text.empty() ? End::Unknown : End::Time;
}

// "reboot   system boot  6.17.4-2-pve     Sat Jan 31 23:20 - 10:02  (10:42)"
std::optional<Row> parse_row(std::string_view line) {
  if (line.empty() || line[0] == ' ') return std::nullopt;
  Row out;
  std::string_view rest = line;
  if (line.starts_with("reboot   system boot") || line.starts_with("reboot system boot")) {
    out.what = What::Boot;
  } else if (line.starts_with("shutdown system down")) {
    out.what = What::Shutdown;
  } else if (line.starts_with("runlevel (to lvl ")) {
    out.what = What::RunLevel;
  }
  // The time stands behind names of any width: the first place at which one parses.
  for (size_t at = rest.find(' '); at != std::string_view::npos && at < 400; at = rest.find(' ', at + 1)) {
    const auto when = parse_when(rest.substr(at + 1));
    if (!when) continue;
    out.begin = *when;
    if (out.what == What::Boot) {
      const auto words = split_blanks(rest.substr(0, at));
      if (words.size() >= 4) out.release = words[3];
    }
    out.end_text = trim(rest.substr(at + 1 + when->length));
    out.end = end_of(out.end_text);
    return out;
  }
  return std::nullopt;
}

// "wtmp begins Sat Jan  3 09:12:44 2026", "wtmpdb begins ...", "btmp begins ..."
std::optional<When> parse_begins(std::string_view line) {
  const size_t at = line.find(" begins ");
  if (at == std::string_view::npos || at > 64) return std::nullopt;
  return parse_when(line.substr(at + 8));
}

class Last : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  struct Line {
    Row row;
    std::string_view text;
  };

  void whole(std::string_view bytes) override {
    std::vector<Line> rows;
    std::optional<When> begins;
    std::string_view host;
    bool shows_shutdowns = false;
    for (const std::string_view line : lines(bytes)) {
      if (trim(line).empty()) continue;
      if (const auto begin = parse_begins(line)) {
        begins = begin;
      } else if (const auto row = parse_row(line)) {
        if (rows.size() == kMostLines) {
          sink().problem(place_of(line), "more lines than are read: the rest was left out");
          break;
        }
        shows_shutdowns = shows_shutdowns || row->what == What::Shutdown || row->what == What::RunLevel;
        rows.push_back({*row, line});
      } else if (const auto prompt = parse_shell_prompt(line)) {
        if (host.empty()) host = prompt->host;
      } else {
        sink().problem(place_of(line), "a line that is no session, boot or shutdown");
      }
    }
    std::ranges::reverse(rows);
    host_ = sink().intern(host);
    place_in_time(rows, begins);
    record(rows, shows_shutdowns);
  }

  // Gives lines without a year one: the first that is not before the list's beginning and in which the oldest line's
  // day is the named day of the week. Without a beginning nothing tells the year here.
  void place_in_time(std::vector<Line>& rows, const std::optional<When>& begins) {
    std::optional<int> year;
    const auto oldest = std::ranges::find_if(rows, [](const Line& line) { return line.row.begin.yearless; });
    if (oldest == rows.end()) return;
    if (begins && !begins->yearless) {
      const int first = to_civil(begins->time).year;
      for (int each = first; each < first + 12 && !year; ++each) {
        const auto time = model::with_year(oldest->row.begin.time, each);
        if (time && *time + kMinute >= begins->time && weekday(*time / kDay) == oldest->row.begin.weekday) year = each;
      }
    }
    YearCounter years;
    for (Line& line : rows) {
      if (!line.row.begin.yearless) continue;
      // A 29 February that the counted year does not have: of the year 2000, as it stands.
      const Ns counted = years.raw(line.row.begin.time).value_or(line.row.begin.time);
      const auto dated = year ? model::with_year(counted, *year) : std::nullopt;
      line.row.begin.time = dated.value_or(counted);
      line.row.begin.yearless = !dated;
    }
  }

  void record(const std::vector<Line>& rows, bool shows_shutdowns) {
    std::optional<model::BootClaim> boot;
    std::optional<End> how;
    const auto close = [&](const Row* next) {
      if (!boot) return;
      if (!boot->orderly) boot->orderly = ended(*how, shows_shutdowns, next, boot_minute_end_);
      sink().claim_boot(*boot);
      boot.reset();
    };
    for (const Line& line : rows) {
      const model::EventId event = add(line);
      if (line.row.what == What::Boot) {
        close(&line.row);
        const Place place = place_of(line.text);
        boot = model::BootClaim{};
        boot->host = host_;
        boot->stream = stream(line.row.begin);
        boot->first = line.row.begin.time;
        boot->cite = {0, place.line, place.offset, place.length};
        how = line.row.end;
        boot_minute_end_ = end_clock(line.row.end_text);
      } else if (line.row.what == What::Shutdown) {
        sink().landmark(model::LandmarkKind::ShutdownBegin, event, line.text);
        if (boot) {
          boot->orderly = true;
          if (stream(line.row.begin) == boot->stream) boot->last = line.row.begin.time;
        }
      }
    }
    close(nullptr);
  }

  // The time of day at which a boot's line says that it ended; empty where it says none.
  static std::string_view end_clock(std::string_view text) {
    if (end_of(text) != End::Time) return {};
    text = trim(text.substr(2));
    const size_t colon = text.find(':');
    return colon == std::string_view::npos || colon < 2 ? std::string_view() : text.substr(colon - 2, 5);
  }

  // Whether a boot ended in a shutdown. "still running" with a boot behind it means that nobody wrote its end. Old
  // versions end a boot's line at the next boot when it crashed, so an end in that minute says nothing.
  static std::optional<bool> ended(End how, bool shows_shutdowns, const Row* next, std::string_view clock) {
    if (next == nullptr) return how == End::Crash ? std::optional(false) : std::nullopt;
    if (shows_shutdowns || how == End::Running || how == End::Crash) return false;
    if (how == End::Down) return true;
    if (how != End::Time || clock.empty()) return std::nullopt;
    const Civil civil = to_civil(next->begin.time);
    if (clock == fmt::format("{:02}:{:02}", civil.hour, civil.minute)) return std::nullopt;
    return true;
  }

  model::EventId add(const Line& line) {
    EventRecord event;
    event.stream = stream(line.row.begin);
    event.time = line.row.begin.time;
    event.place = place_of(line.text);
    event.ident = sink().intern("last");
    event.message = line.text;
    if (line.row.what == What::Boot || line.row.what == What::Shutdown)
      sink().stream(event.stream).watch = model::Watch::Shutdown;
    return sink().event(event);
  }

  model::StreamId stream(const When& when) {
    auto& known = streams_[when.utc ? 0 : when.yearless ? 1 : 2];
    if (!known) {
      model::Stream fresh;
      fresh.source = sink().intern("last");
      fresh.host = host_;
      fresh.clock = when.utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
      fresh.yearless = when.yearless;
      fresh.precision = when.precision;
      known = sink().open_stream(fresh);
    }
    return *known;
  }

  std::optional<model::StreamId> streams_[3];
  model::StrId host_ = 0;
  std::string_view boot_minute_end_;
};

Claim sniff(const Head& head) {
  size_t rows = 0;
  size_t marked = 0;  // that no other program prints
  size_t others = 0;
  for (const std::string_view line : head.lines(60)) {
    if (trim(line).empty() || parse_shell_prompt(line)) continue;
    if (parse_begins(line)) {
      ++marked;
    } else if (const auto row = parse_row(line)) {
      ++rows;
      if (row->what != What::Session || row->end != End::Unknown) ++marked;
    } else {
      ++others;
    }
  }
  return marked != 0 && rows + marked > others ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Last>(sink); }

}  // namespace

extern const Decoder last_decoder;
const Decoder last_decoder{"last", "last -x: boots, shutdowns and sessions", sniff, open};

}  // namespace inquest::decode
