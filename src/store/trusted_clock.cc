#include "store/trusted_clock.h"

#include <cstdlib>
#include <utility>

namespace inquest::store {
namespace {

constexpr Ns kJump = kHour;    // more than a clock is corrected by while it runs well
constexpr Ns kGap = 3 * kDay;  // as long as a recorder may be off without anybody wondering
constexpr Ns kProof = kDay;

}  // namespace

TrustedClock::TrustedClock(std::function<Ns()> wall, std::function<Ns()> steady, std::optional<Ns> last_seen)
    : wall_(std::move(wall)), steady_(std::move(steady)), believed_(wall_()), believed_at_(steady_()) {
  offset_ = believed_ - believed_at_;
  even_since_ = believed_at_;
  if (last_seen && std::llabs(believed_ - *last_seen) >= kGap) believed_ = *last_seen;
}

Ns TrustedClock::now() {
  const std::lock_guard lock(mutex_);
  const Ns steady = steady_();
  const Ns wall = wall_();
  if (std::llabs(wall - steady - offset_) > kJump) {
    offset_ = wall - steady;
    even_since_ = steady;
  }
  const Ns expected = believed_ + (steady - believed_at_);
  if (std::llabs(wall - expected) <= kJump || steady - even_since_ >= kProof) {
    believed_ = wall;
    believed_at_ = steady;
    return wall;
  }
  return expected;
}

}  // namespace inquest::store
