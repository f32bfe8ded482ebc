#include "record/uptime_clock.h"

#include <algorithm>

#include "base/checked.h"

namespace inquest::record {
namespace {

constexpr Ns kPeriod = 5 * kMinute;
constexpr Ns kLongestDelay = 10 * kMinute;

}  // namespace

void UptimeClock::saw(Ns uptime, Ns received) {
  const auto start = checked_sub(received, uptime);
  if (!start) return;
  // The recorder's own clock may be set back.
  if (received - period_ > kPeriod || received < period_) {
    previous_ = received - period_ > 2 * kPeriod || received < period_ ? kNone : start_;
    start_ = kNone;
    period_ = received;
  }
  start_ = std::min(start_, *start);
}

Ns UptimeClock::utc(Ns uptime, Ns received) const {
  const Ns start = std::min(start_, previous_);
  if (start == kNone) return received;
  const auto written = checked_add(start, uptime);
  if (!written || *written > received) return received;
  const auto delay = checked_sub(received, *written);
  return delay && *delay <= kLongestDelay ? *written : received;
}

}  // namespace inquest::record
