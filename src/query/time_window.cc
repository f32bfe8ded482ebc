#include "query/time_window.h"

#include <algorithm>
#include <limits>

#include "base/checked.h"

namespace inquest::query {
namespace {

Ns plus(Ns time, Duration by) {
  if (const auto sum = add(time, by)) return *sum;
  return by.negative() ? std::numeric_limits<Ns>::min() : std::numeric_limits<Ns>::max();
}

Ns plus_multiple(Ns time, Duration unit, int64_t times) {
  if (const auto step = scale(unit, times)) return plus(time, *step);
  return (times < 0) != unit.negative() ? std::numeric_limits<Ns>::min() : std::numeric_limits<Ns>::max();
}

int64_t months_since_epoch(Ns time) {
  const Civil civil = to_civil(time);
  return (int64_t{civil.year} - 1970) * 12 + civil.month - 1;
}

// Time since the month began.
Ns within_month(Ns time) {
  const Civil civil = to_civil(time);
  return ((civil.day * int64_t{24} + civil.hour) * 3600 + civil.minute * int64_t{60} + civil.second) * kSecond +
         civil.fraction;
}

// Between any two times, which may be further apart than Ns can say.
__extension__ using Wide = __int128;

int64_t floor_index(Ns zero, Ns target, int64_t every) {
  const auto distance = Wide{target} - zero;
  Wide index = distance / every;
  if (distance < 0 && distance % every != 0) --index;
  return static_cast<int64_t>(index);
}

}  // namespace

Ns to_wall_clock(const Zone& zone, Ns utc) { return checked_add(utc, zone.offset_at(utc)).value_or(utc); }

Ns from_wall_clock(const Zone& zone, Ns wall) {
  const std::vector<Ns> instants = zone.to_utc(wall);
  if (!instants.empty()) return instants.front();
  // Skipped: the clock was put forward between these two, and what is looked for is when.
  Ns before = wall - kDay;
  Ns behind = wall + kDay;
  const Ns offset = zone.offset_at(before);
  while (behind - before > 1) {
    const Ns middle = before + (behind - before) / 2;
    (zone.offset_at(middle) == offset ? before : behind) = middle;
  }
  return behind;
}

Result<TimeWindow> TimeWindow::make(Duration every, Duration period, Duration offset, const WindowLocation& where) {
  if (every.zero()) return fail(ErrorCode::Malformed, "duration used as an interval cannot be zero");
  if (every.mixed()) {
    return fail(ErrorCode::Malformed, "duration used as an interval cannot mix month and nanosecond units");
  }
  if (every.negative()) return fail(ErrorCode::Malformed, "duration used as an interval cannot be negative");
  TimeWindow window;
  window.every_ = every;
  window.period_ = period;
  window.zero_ = plus(plus_multiple(0, where.offset, -1), offset);
  if (where.zone != "UTC" && !where.zone.empty()) {
    auto zone = Zone::find(where.zone);
    if (!zone) return fail(zone.error());
    window.zone_ = *zone;
  }
  return window;
}

TimeBounds TimeWindow::on_wall(int64_t index) const {
  const Ns start = plus_multiple(zero_, every_, index);
  const Ns stop = plus(start, period_);
  return period_.negative() ? TimeBounds{stop, start, index} : TimeBounds{start, stop, index};
}

TimeBounds TimeWindow::at(int64_t index) const {
  TimeBounds bounds = on_wall(index);
  if (zone_) {
    bounds.start = from_wall_clock(*zone_, bounds.start);
    bounds.stop = from_wall_clock(*zone_, bounds.stop);
  }
  return bounds;
}

TimeBounds TimeWindow::latest(Ns time) const {
  if (zone_) time = to_wall_clock(*zone_, time);
  int64_t index = 0;
  if (every_.months != 0) {
    const int64_t month = months_since_epoch(time) - (within_month(time) < within_month(zero_) ? 1 : 0);
    index = floor_index(months_since_epoch(zero_), month, every_.months);
  } else {
    index = floor_index(zero_, time, every_.ns);
  }
  // Windows that reach back may begin behind the time and still contain it.
  if (period_.negative()) {
    if (!period_.mixed() && (period_.months != 0) == (every_.months != 0)) {
      index += every_.months != 0 ? -int64_t{period_.months} / every_.months : -(period_.ns / every_.ns);
    }
    while (on_wall(index + 1).contains(time)) ++index;
    while (!on_wall(index).contains(time) && on_wall(index).start > time) --index;
  }
  return at(index);
}

Result<std::vector<TimeBounds>> TimeWindow::overlapping(Ns start, Ns stop, size_t most) const {
  std::vector<TimeBounds> out;
  if (start >= stop) return out;
  for (TimeBounds bounds = latest(stop); bounds.stop > start; bounds = previous(bounds)) {
    if (bounds.start < stop && bounds.start < bounds.stop) {
      if (out.size() >= most) return fail(ErrorCode::Limit, "too many windows: raise `every`, or shorten the range");
      out.push_back(bounds);
    }
    if (bounds.start == std::numeric_limits<Ns>::min()) break;
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace inquest::query
