// Times and durations as people write them, in English and German.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "review/post_mortem.h"

namespace inquest::review {

struct Date {
  std::optional<int> year;
  int month = 1;
  int day = 1;
  friend bool operator==(const Date&, const Date&) = default;
};

// "2026-02-09", "February 9, 2026", "Feb 09", "9. Februar 2026", "09.02.2026".
struct DateMention {
  size_t statement = 0;
  size_t at = 0;  // in the statement's text
  size_t length = 0;
  Date date;
};

struct TimeZone {
  std::string name;  // as written: "PST", "UTC", "+01:00"
  Ns offset = 0;     // local minus UTC
};

// "15:54:50 UTC", "7:54 AM PST", "~03:10 Uhr".
struct TimeMention {
  size_t statement = 0;
  size_t at = 0;
  size_t length = 0;
  Ns of_day = 0;  // since local midnight
  Precision precision = Precision::Minute;
  std::optional<Date> date;      // written with it, or before it in the same statement or heading; else the report's
  bool own_date = false;         // it is written with it
  std::optional<TimeZone> zone;  // written with it, in the column's title, or said for the whole report
  bool own_zone = false;         // it is written with it
  bool approximate = false;      // "~", "about", "gegen"

  // Nanoseconds since 1970 of the wall clock, and of UTC where the zone is known; nothing without a full date.
  std::optional<Ns> local() const;
  std::optional<Ns> utc() const;
};

// "17 s", "~17-second", "2 h 58 min", "nine days", "1,5 Stunden".
struct DurationMention {
  size_t statement = 0;
  size_t at = 0;
  size_t length = 0;
  Ns value = 0;
  Ns unit = kSecond;         // of the last digit that was written
  bool approximate = false;  // "~", "about", "over", "knapp", a half
};

struct Mentions {
  std::vector<TimeMention> times;          // in the order of the text
  std::vector<DurationMention> durations;  // likewise
  std::vector<DateMention> dates;          // likewise
  std::optional<Date> report_date;         // the first full date
  std::optional<TimeZone> zone;            // "all times are UTC"
  bool one_zone = true;                    // no two times name zones of different offsets

  // What may lie between two times, in nanoseconds: one value, or, where no date says on which days they are, also that
  // of the next day. Empty where their zones can't be brought together.
  std::vector<Ns> between(const TimeMention& from, const TimeMention& to) const;

  std::vector<const TimeMention*> times_in(size_t statement) const;
  std::vector<const DurationMention*> durations_in(size_t statement) const;
};

Mentions find_mentions(const PostMortem& text);

// The offset of a zone's abbreviation as kernels' users write them ("PST", "CEST"); nothing for others, and for those
// that mean several zones.
std::optional<Ns> zone_offset(std::string_view abbreviation);

}  // namespace inquest::review
