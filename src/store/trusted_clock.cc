#include "store/trusted_clock.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace inquest::store {
namespace {

constexpr Ns kJump = kHour;    // more than a clock is corrected by while it runs well
constexpr Ns kGap = 3 * kDay;  // as long as a recorder may be off without anybody wondering
constexpr Ns kProof = kDay;

}  // namespace

TrustedClock::TrustedClock(std::function<Ns()> wall, std::function<Ns()> steady, std::optional<ClockMemory> last_seen)
    : wall_(std::move(wall)), steady_(std::move(steady)), believed_(wall_()), believed_at_(steady_()) {
  offset_ = believed_ - believed_at_;
  even_since_ = believed_at_;
  if (!last_seen) return;
  age_ = last_seen->age;
  const Ns gap = believed_ - last_seen->believed;
  if (std::llabs(gap) < kGap) {
    age_ += std::max<Ns>(gap, 0);
    return;
  }
  believed_ = last_seen->believed;
  was_off_ = gap > 0;
}

Ns TrustedClock::now() {
  const std::lock_guard lock(mutex_);
  return tell();
}

Ns TrustedClock::age() {
  const std::lock_guard lock(mutex_);
  (void)tell();
  return age_ + (steady_() - believed_at_);
}

Ns TrustedClock::tell() {
  const Ns steady = steady_();
  const Ns wall = wall_();
  if (std::llabs(wall - steady - offset_) > kJump) {
    offset_ = wall - steady;
    even_since_ = steady;
    was_off_ = false;
  }
  const Ns expected = believed_ + (steady - believed_at_);
  if (std::llabs(wall - expected) <= kJump || steady - even_since_ >= kProof) {
    age_ += steady - believed_at_ + (was_off_ ? std::max<Ns>(wall - expected, 0) : 0);
    was_off_ = false;
    believed_ = wall;
    believed_at_ = steady;
    return wall;
  }
  return expected;
}

}  // namespace inquest::store
