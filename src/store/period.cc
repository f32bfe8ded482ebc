#include "store/period.h"

#include <limits>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"

namespace inquest::store {
namespace {

constexpr int64_t kPastDays = 400;
constexpr int64_t kFutureDays = 2;

// The first and the last year of the type are cut off.
Ns start_of_year(int year) {
  const Ns limit = year < 1970 ? std::numeric_limits<Ns>::min() : std::numeric_limits<Ns>::max();
  return checked_mul(days_from_civil(year, 1, 1), kDay).value_or(limit);
}

Period year_period(int year) {
  return {.name = fmt::format("{:04}", year), .from = start_of_year(year), .to = start_of_year(year + 1)};
}

}  // namespace

int64_t day_of(Ns time) { return time / kDay - (time % kDay < 0 ? 1 : 0); }

bool has_day_file(Ns time, Ns now) {
  const int64_t ahead = day_of(time) - day_of(now);
  return ahead > -kPastDays && ahead < kFutureDays;
}

Period period_of(Ns time, Ns now) {
  const Civil civil = to_civil(time);
  if (!has_day_file(time, now)) return year_period(civil.year);
  const Ns from = days_from_civil(civil.year, civil.month, civil.day) * kDay;
  return {
      .name = fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day), .from = from, .to = from + kDay};
}

std::optional<Period> period_named(std::string_view name) {
  const auto year = parse_int<int>(name.substr(0, 4));
  if (!year || *year < 1677 || *year > 2262) return std::nullopt;
  if (name.size() == 4) return year_period(*year);
  if (name.size() != 10 || name[4] != '-' || name[7] != '-') return std::nullopt;
  const auto month = parse_int<int>(name.substr(5, 2));
  const auto day = parse_int<int>(name.substr(8, 2));
  if (!month || !day) return std::nullopt;
  const auto from = from_civil({.year = *year, .month = *month, .day = *day});
  if (!from) return std::nullopt;
  return Period{.name = std::string(name), .from = *from, .to = *from + kDay};
}

}  // namespace inquest::store
