// Do the dates exist, on the weekdays that are named, and the times in the zones that are named?
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "base/zone.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kTzData = "https://www.iana.org/time-zones";
constexpr std::string_view kRfc3339 = "https://www.rfc-editor.org/rfc/rfc3339";

std::string_view weekday_name(int day) {
  static constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
  return kDays[day];
}

std::optional<int> weekday_of(std::string_view name) {
  static constexpr std::pair<std::string_view, int> kStarts[] = {
      {"sun", 0}, {"sonntag", 0}, {"mon", 1}, {"tue", 2},  {"dienstag", 2}, {"wed", 3},  {"mittwoch", 3},
      {"thu", 4}, {"donn", 4},    {"fri", 5}, {"frei", 5}, {"sat", 6},      {"sams", 6}, {"sonnabend", 6}};
  const std::string small = lower(name);
  if (small.starts_with("sonnabend")) return 6;
  for (const auto& [start, day] : kStarts) {
    if (small.starts_with(start)) return day;
  }
  return std::nullopt;
}

void dates(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex named_before(
      R"(\b(Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sonntag|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun))\b[.,]?( the| dem| den|,)?\s*$)");
  static const Regex weekday_behind(
      R"(^\s*\(?(?:,\s*)?(?:a\s+|ein\s+)?\(?\b(Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sonntag|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend)\))");
  for (const DateMention& mention : subject.mentions.dates) {
    const Statement& statement = subject.text.statements[mention.statement];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    const Date& date = mention.date;
    const std::string_view written = std::string_view(statement.text).substr(mention.at, mention.length);
    // Without a year the 29th of February exists.
    const int year = date.year.value_or(2024);
    if (!from_civil({.year = year, .month = date.month, .day = date.day})) {
      // Years outside of what the clock holds are no dates at all.
      if (year >= 1970 && year < 2200) {
        object(subject, out, mention.statement, "impossible-date", fmt::format("There is no {}.", written), {kRfc3339});
      }
      continue;
    }
    std::optional<int> full = date.year;
    if (!full && subject.mentions.report_date) full = subject.mentions.report_date->year;
    if (!full) continue;
    const size_t from = mention.at > 24 ? mention.at - 24 : 0;
    auto named = named_before.find(std::string_view(statement.text).substr(from, mention.at - from));
    if (named.empty())
      named = weekday_behind.find(std::string_view(statement.text).substr(mention.at + mention.length));
    if (named.empty()) continue;
    const auto said = weekday_of(named[1].text);
    const int real = weekday(days_from_civil(*full, date.month, date.day));
    if (!said || *said == real) continue;
    object(subject, out, mention.statement, "weekday-mismatch",
           fmt::format("{}{} was a {}, not a {}.", written, date.year ? "" : fmt::format(" {}", *full),
                       weekday_name(real), weekday_name(*said)),
           {kRfc3339});
  }
}

void impossible_times(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex clock(
      R"(\b(?:at|um|gegen|until|bis|since|seit|from|von)\s+~?((\d{2}):(\d{2})(?::(\d{2}))?)(?:$|[\s,.;)])|(?:^|[\s(|~])((\d{2}):(\d{2})(?::(\d{2}))?)\s*(?-i:UTC|CET|CEST|PST|PDT|EST|EDT|GMT|Uhr|Z)\b)");
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    for (const auto& g : clock.find_all(statement.text, 20)) {
      const size_t base = g[1] ? 1 : 5;
      const int hour = parse_int<int>(g[base + 1].text).value_or(0);
      const int minute = parse_int<int>(g[base + 2].text).value_or(0);
      const int second = g[base + 3] ? parse_int<int>(g[base + 3].text).value_or(0) : 0;
      const bool midnight = hour == 24 && minute == 0 && second == 0;
      if ((hour < 24 || midnight) && minute < 60 && second <= 60) continue;
      object(subject, out, i, "impossible-time", fmt::format("There is no time of day {}.", g[base].text), {kRfc3339});
    }
  }
}

// "15:54 UTC (7:54 AM PST)": one moment in two zones.
void conversions(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex same(R"(^\s*(\(|=|/|,? (or|oder|bzw\.|i\.e\.|d\.h\.)|\(=|≙|also)\s*(=|i\.e\. |also )?\s*$)");
  const auto& times = subject.mentions.times;
  for (size_t i = 0; i + 1 < times.size(); ++i) {
    const TimeMention& a = times[i];
    const TimeMention& b = times[i + 1];
    if (a.statement != b.statement || !a.own_zone || !b.own_zone || a.zone->offset == b.zone->offset) continue;
    const Statement& statement = subject.text.statements[a.statement];
    const size_t end = a.at + a.length;
    if (statement.withdrawn || end > b.at) continue;
    if (!same.found_in(std::string_view(statement.text).substr(end, b.at - end))) continue;
    // Of two spans the first ends and the second begins.
    static const Regex span(R"(^\s*(–|—|-|to|until|bis|and|und)\s*\d)");
    if (span.found_in(std::string_view(statement.text).substr(b.at + b.length))) continue;
    Ns difference = (b.of_day - b.zone->offset) - (a.of_day - a.zone->offset);
    difference = ((difference % kDay) + kDay) % kDay;
    if (difference > kDay / 2) difference = kDay - difference;
    if (difference <= std::max(unit(a.precision), unit(b.precision)) || (a.approximate || b.approximate)) continue;
    Ns right = (a.of_day - a.zone->offset + b.zone->offset) % kDay;
    if (right < 0) right += kDay;
    object(subject, out, a.statement, "zone-conversion",
           fmt::format("{} is {} {}, not {}.", std::string_view(statement.text).substr(a.at, a.length),
                       format_clock({right, a.precision}), b.zone->name,
                       std::string_view(statement.text).substr(b.at, b.length)),
           {kTzData});
  }
}

struct Season {
  std::string_view abbreviation;
  std::string_view zone;  // one that has this abbreviation for a part of the year
  std::string_view other;
};
constexpr auto kSeasons = std::to_array<Season>({{"CET", "Europe/Berlin", "CEST"},
                                                 {"MEZ", "Europe/Berlin", "MESZ"},
                                                 {"CEST", "Europe/Berlin", "CET"},
                                                 {"MESZ", "Europe/Berlin", "MEZ"},
                                                 {"BST", "Europe/London", "GMT"},
                                                 {"EEST", "Europe/Helsinki", "EET"},
                                                 {"PST", "America/Los_Angeles", "PDT"},
                                                 {"PDT", "America/Los_Angeles", "PST"},
                                                 {"EDT", "America/New_York", "EST"},
                                                 {"CDT", "America/Chicago", "CST"},
                                                 {"MDT", "America/Denver", "MST"}});

// Whether the report is about one time of the year.
bool single_date(const Mentions& mentions) {
  if (!mentions.report_date || !mentions.report_date->year) return false;
  return std::ranges::all_of(mentions.dates, [&](const DateMention& date) {
    return date.date.year.value_or(*mentions.report_date->year) == *mentions.report_date->year &&
           std::abs(date.date.month - mentions.report_date->month) <= 1;
  });
}

// "CEST" in January.
void seasons(const Subject& subject, std::vector<Contradiction>& out) {
  std::vector<std::string> told;
  for (const TimeMention& time : subject.mentions.times) {
    const Statement& statement = subject.text.statements[time.statement];
    const auto local = time.local();
    // A date that was carried over from elsewhere may not be that of this time.
    if (!time.own_date && !single_date(subject.mentions)) continue;
    if (!time.zone || !local || statement.withdrawn) continue;
    const auto* const season = std::ranges::find(kSeasons, time.zone->name, &Season::abbreviation);
    if (season == kSeasons.end() || std::ranges::find(told, time.zone->name) != told.end()) continue;
    const auto zone = Zone::find(season->zone);
    if (!zone) continue;
    if (zone->offset_at(*local - time.zone->offset) == time.zone->offset) continue;
    // Near the change the reader's date may be meant of the other side.
    if (zone->offset_at(*local - time.zone->offset - kDay) == time.zone->offset ||
        zone->offset_at(*local - time.zone->offset + kDay) == time.zone->offset)
      continue;
    told.push_back(time.zone->name);
    object(subject, out, time.statement, "zone-out-of-season",
           fmt::format("On {} clocks of that zone showed {}, not {}: an hour lies between the two.",
                       format_utc({*local, Precision::Day}), season->other, time.zone->name),
           {kTzData});
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  dates(subject, out);
  impossible_times(subject, out);
  conversions(subject, out);
  seasons(subject, out);
}

}  // namespace

extern const Check calendar_check;
const Check calendar_check{"do dates exist, and times in the zones that are named?", run};

}  // namespace inquest::review
