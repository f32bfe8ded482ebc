#include "decode/year_counter.h"

#include "model/clock_map.h"

namespace inquest::decode {
namespace {

constexpr Ns kHalfYear = 182 * kDay;
// Lines around midnight of 31 December may be out of order by so much.
constexpr Ns kDisorder = 2 * kDay;

std::optional<Ns> in_year(Ns in_2000, int year) {
  return year == 2000 ? std::optional(in_2000) : model::with_year(in_2000, year);
}

}  // namespace

std::optional<Ns> YearCounter::raw(Ns in_2000) {
  int year = year_;
  auto time = in_year(in_2000, year);
  if (last_ && time && *time < *last_ - kHalfYear) {
    time = in_year(in_2000, ++year);
  } else if (last_ && time && *time > *last_ + kHalfYear && year > 2000) {
    // 31 December again after 1 January: a late line, unless the log was silent for most of the year.
    const auto before = in_year(in_2000, year - 1);
    if (before && *last_ - *before < kDisorder) return before;
  }
  if (!time) return std::nullopt;
  year_ = year;
  last_ = time;
  return time;
}

}  // namespace inquest::decode
