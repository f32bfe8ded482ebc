// Time as evidence gives it: nanoseconds with the precision that was printed, and intervals with open ends.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace inquest {

using Ns = int64_t;  // nanoseconds; since 1970-01-01T00:00:00Z where it is an instant

inline constexpr Ns kMicro = 1'000;
inline constexpr Ns kMilli = 1'000'000;
inline constexpr Ns kSecond = 1'000'000'000;
inline constexpr Ns kMinute = 60 * kSecond;
inline constexpr Ns kHour = 60 * kMinute;
inline constexpr Ns kDay = 24 * kHour;

// How finely a time is known: what its source printed, not what the type could hold.
enum class Precision : uint8_t { Nano, Micro, Milli, Second, Minute, Hour, Day };

// The length of one unit of the precision, in nanoseconds.
Ns unit(Precision precision);
// The precision of a fraction with that many digits: 0 is a second, 1 to 3 milli, 4 to 6 micro, more nano.
Precision precision_of_digits(int fraction_digits);
// The coarser of two.
inline Precision coarser(Precision a, Precision b) { return a > b ? a : b; }

// A point on UTC.
struct Instant {
  Ns ns = 0;
  Precision precision = Precision::Second;

  friend bool operator==(const Instant&, const Instant&) = default;
};

// A period on UTC whose ends may be unknown: something happened after `after` and not later than `before`.
struct Interval {
  std::optional<Instant> after;
  std::optional<Instant> before;

  bool unknown() const { return !after && !before; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// Civil (proleptic Gregorian) date and time of day, in no particular zone.
struct Civil {
  int year = 1970;
  int month = 1;    // 1 to 12
  int day = 1;      // 1 to 31
  int hour = 0;     // 0 to 23
  int minute = 0;   // 0 to 59
  int second = 0;   // 0 to 60
  Ns fraction = 0;  // 0 to 999,999,999

  friend bool operator==(const Civil&, const Civil&) = default;
};

// Nanoseconds since 1970-01-01T00:00:00 of that civil time read as UTC; nothing for a date that does not exist or
// does not fit (years 1678 to 2261 fit). A second of 60 is the next minute's 0.
std::optional<Ns> from_civil(const Civil& civil);
// Days since 1970-01-01 of a date that is known to exist.
int64_t days_from_civil(int year, int month, int day);
Civil to_civil(Ns ns);
bool leap_year(int year);
// 0 is Sunday.
int weekday(int64_t days_since_epoch);

// "2026-02-09T15:54:50Z", with 3, 6 or 9 digits of fraction at finer precision, "2026-02-09T15:54Z" at a minute and
// "2026-02-09" at a day (hours print as minutes).
std::string format_utc(Instant instant);
// "15:54:50" with the precision's fraction; "15:54" at a minute; "2026-02-09" at a day.
std::string format_clock(Instant instant);
// "17 s", "2 h 58 min", "9 days", "230 ms": at most two units, for people.
std::string format_duration(Ns ns);

// A parsed wall-clock time. `offset` is what stood behind it: "Z", "+01:00"; nothing where no zone was named.
struct ParsedTime {
  Ns local = 0;              // civil time read as UTC
  std::optional<Ns> offset;  // local minus UTC
  Precision precision = Precision::Second;
  size_t length = 0;  // characters consumed

  std::optional<Ns> utc() const { return offset ? std::optional(local - *offset) : std::nullopt; }
};

// A time at the start of `text`, RFC 3339 or the ISO 8601 forms that programs print: "2026-02-09T15:54:50.123Z",
// "2026-02-09 15:54:50,123 +0100", "2026-02-09T15:54:50-08:00", "2026-02-09T15:54:50-0800". A date without a time is
// not taken. Nothing where the text does not start with one.
std::optional<ParsedTime> parse_iso_time(std::string_view text);
// "2026-02-09" at the start of the text, of precision Day; or a time as above.
std::optional<ParsedTime> parse_iso_date_or_time(std::string_view text);

// Month from its English abbreviation ("Feb"), 1 to 12, or 0.
int month_from_name(std::string_view name);
// Two decimal digits at `p`, or -1.
inline int two_digits(const char* p) {
  const auto a = static_cast<unsigned>(p[0] - '0');
  const auto b = static_cast<unsigned>(p[1] - '0');
  return a > 9 || b > 9 ? -1 : static_cast<int>(a * 10 + b);
}

}  // namespace inquest
