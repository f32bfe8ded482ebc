// Where a kernel's uptime lies on UTC, out of when its records arrived.
#pragma once

#include <limits>
#include <optional>

#include "base/time.h"

namespace inquest::record {

// A record cannot arrive before it was written, so the shortest way that any of them had is the closest bound to when
// the kernel's clock was zero. That bound is renewed every five minutes: a kernel's clock drifts, and stands still
// while the host sleeps.
class UptimeClock {
 public:
  // A record stamped with that uptime arrived at that time, UTC.
  void saw(Ns uptime, Ns received);
  // When a record of that uptime, which arrived then, was written: not later than `received`. Where that seems to be
  // more than ten minutes before it, the two clocks do not agree, and `received` is what is known.
  Ns utc(Ns uptime, Ns received) const;
  // Another boot.
  void reset() { *this = {}; }

 private:
  static constexpr Ns kNone = std::numeric_limits<Ns>::max();
  Ns start_ = kNone;     // the earliest instant of uptime 0 that this period's records allow
  Ns previous_ = kNone;  // of the period before
  Ns period_ = 0;        // when this one began
};

}  // namespace inquest::record
