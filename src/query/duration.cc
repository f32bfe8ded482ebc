#include "query/duration.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "base/checked.h"

namespace inquest::query {
namespace {

struct Unit {
  std::string_view name;
  int32_t months;
  Ns ns;
};

// Largest first, as they are printed; where one name begins another, the longer is earlier in its group.
constexpr std::array kUnits = {
    Unit{"y", 12, 0},      Unit{"mo", 1, 0},      Unit{"w", 0, 7 * kDay},       Unit{"d", 0, kDay},
    Unit{"h", 0, kHour},   Unit{"m", 0, kMinute}, Unit{"s", 0, kSecond},        Unit{"ms", 0, kMilli},
    Unit{"us", 0, kMicro}, Unit{"ns", 0, 1},      Unit{"\xc2\xb5s", 0, kMicro},
};
constexpr size_t kPrinted = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const Unit* unit_at(std::string_view text) {
  const Unit* longest = nullptr;
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name) && (longest == nullptr || unit.name.size() > longest->name.size())) longest = &unit;
  }
  return longest;
}

// The number of days of a month.
int days_in(int year, int month) {
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap_year(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

std::optional<Ns> add_months(Ns time, int32_t months) {
  Civil civil = to_civil(time);
  const int64_t month = int64_t{civil.year} * 12 + civil.month - 1 + months;
  const int64_t year = month >= 0 ? month / 12 : (month - 11) / 12;
  if (year < 1000 || year > 3000) return std::nullopt;
  civil.year = static_cast<int>(year);
  civil.month = static_cast<int>(month - year * 12) + 1;
  civil.day = std::min(civil.day, days_in(civil.year, civil.month));
  return from_civil(civil);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  Duration total;
  while (!text.empty()) {
    size_t digits = 0;
    int64_t count = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
      const auto tens = checked_mul<int64_t>(count, 10);
      const auto next = tens ? checked_add<int64_t>(*tens, text[digits] - '0') : std::nullopt;
      if (!next) return std::nullopt;
      count = *next;
    }
    text.remove_prefix(digits);
    const Unit* unit = digits > 0 ? unit_at(text) : nullptr;
    if (unit == nullptr) return std::nullopt;
    text.remove_prefix(unit->name.size());
    const auto part = scale({unit->months, unit->ns}, count);
    const auto sum = part ? add(total, *part) : std::nullopt;
    if (!sum) return std::nullopt;
    total = *sum;
  }
  return negative ? negate(total) : total;
}

std::string format_duration(Duration duration) {
  if (duration.zero()) return "0ns";
  std::string out = duration.negative() ? "-" : "";
  // Magnitudes: the smallest number has one too.
  uint64_t months = static_cast<uint64_t>(duration.months < 0 ? -int64_t{duration.months} : duration.months);
  uint64_t ns = duration.ns < 0 ? uint64_t{0} - static_cast<uint64_t>(duration.ns) : static_cast<uint64_t>(duration.ns);
  for (size_t at = 0; at < kPrinted; ++at) {
    const Unit& unit = kUnits[at];
    uint64_t& rest = unit.months > 0 ? months : ns;
    const auto size = static_cast<uint64_t>(unit.months > 0 ? unit.months : unit.ns);
    if (rest < size) continue;
    fmt::format_to(std::back_inserter(out), "{}{}", rest / size, unit.name);
    rest %= size;
  }
  return out;
}

std::optional<Duration> negate(Duration duration) { return scale(duration, -1); }

std::optional<Duration> scale(Duration duration, int64_t by) {
  const auto months = checked_mul<int64_t>(duration.months, by);
  const auto narrow = months ? checked_cast<int32_t>(*months) : std::nullopt;
  const auto ns = checked_mul<Ns>(duration.ns, by);
  if (!narrow || !ns) return std::nullopt;
  return Duration{*narrow, *ns};
}

std::optional<Duration> add(Duration a, Duration b) {
  const auto months = checked_add(a.months, b.months);
  const auto ns = checked_add(a.ns, b.ns);
  if (!months || !ns) return std::nullopt;
  if ((*months < 0 && *ns > 0) || (*months > 0 && *ns < 0)) return std::nullopt;
  return Duration{*months, *ns};
}

std::optional<Ns> add(Ns time, Duration duration) {
  const auto moved = duration.months == 0 ? std::optional(time) : add_months(time, duration.months);
  return moved ? checked_add(*moved, duration.ns) : std::nullopt;
}

std::optional<Ns> subtract(Ns time, Duration duration) {
  const auto negated = negate(duration);
  return negated ? add(time, *negated) : std::nullopt;
}

}  // namespace inquest::query
