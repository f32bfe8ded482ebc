// Windows in time, as Flux cuts it: an endless row of intervals that begin at multiples of `every`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "base/zone.h"
#include "query/duration.h"

namespace inquest::query {

// [start, stop) on UTC. The index counts windows from the first that begins at or behind 1970 (plus the offset).
struct TimeBounds {
  Ns start = 0;
  Ns stop = 0;
  int64_t index = 0;

  bool contains(Ns time) const { return time >= start && time < stop; }
};

// Whose clock windows follow: days and months begin at midnight there, plus the offset.
struct WindowLocation {
  std::string zone = "UTC";
  Duration offset;
};

// The wall clock of a zone as a number: local time read as UTC, and back. Of an hour that is repeated the first is
// meant; a time in an hour that is skipped is the instant of the skip.
Ns to_wall_clock(const Zone& zone, Ns utc);
Ns from_wall_clock(const Zone& zone, Ns wall);

class TimeWindow {
 public:
  // Malformed where `every` is zero, negative, or has months beside nanoseconds; NotFound for a zone that does not
  // exist. A negative period makes windows that end where they are said to begin.
  static Result<TimeWindow> make(Duration every, Duration period, Duration offset, const WindowLocation& where = {});

  // The last window that contains the time; where none does (windows shorter than their distance), the one before it.
  TimeBounds latest(Ns time) const;
  TimeBounds next(const TimeBounds& bounds) const { return at(bounds.index + 1); }
  TimeBounds previous(const TimeBounds& bounds) const { return at(bounds.index - 1); }
  // All windows that have some time in common with [start, stop), earliest first; Limit where that were more than
  // `most`.
  Result<std::vector<TimeBounds>> overlapping(Ns start, Ns stop, size_t most) const;
  // Whether each time lies in exactly one window.
  bool disjoint() const { return every_ == period_; }

 private:
  TimeWindow() = default;
  TimeBounds at(int64_t index) const;
  TimeBounds on_wall(int64_t index) const;  // before the zone is taken off

  Duration every_;
  Duration period_;
  Ns zero_ = 0;
  std::optional<Zone> zone_;
};

}  // namespace inquest::query
