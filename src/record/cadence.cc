#include "record/cadence.h"

#include <algorithm>
#include <limits>

namespace inquest::record {
namespace {

constexpr Ns kUnit = 100 * kMicro;

// Shorter silences than these happen to every network: a spanning tree that settles, a firewall that fails over, a
// collector that is restarted.
constexpr Ns kLeastLate = 1 * kSecond;
constexpr Ns kLeastPlain = 5 * kSecond;
constexpr Ns kLeastLost = 10 * kSecond;

// A pace whose high quantile is within so many medians is steady: two beats in a row may be lost.
constexpr double kSteady = 4;
constexpr double kSteadyLog = 1.5;

// The longest harmless gap is forgotten by 1/256 a beat: within the hour at a beat each 10 s, so that one restart of a
// collector does not make a host's silence unnoticeable for days.
constexpr Ns kForget = 256;

}  // namespace

bool Cadence::beat(Ns steady) {
  if (last_ != 0 && steady - last_ < kBurst) return false;
  const bool was_running = running_;
  const Ns gap = steady - last_;
  running_ = true;
  last_ = steady;
  if (!was_running) return true;
  gaps_[next_] = static_cast<uint32_t>(std::min<Ns>(gap / kUnit, std::numeric_limits<uint32_t>::max()));
  next_ = (next_ + 1) % kKept;
  count_ = std::min<uint32_t>(count_ + 1, kKept);
  learn();
  longest_ = std::max(gap, longest_ - longest_ / kForget);
  return true;
}

void Cadence::learn() {
  std::array<uint32_t, kKept> sorted = gaps_;
  const auto begin = sorted.begin();
  const auto end = begin + count_;
  const auto middle = begin + count_ / 2;
  std::nth_element(begin, middle, end);
  median_ = *middle * kUnit;
  // With enough gaps the longest one is left out: it may be the one in hundreds that says nothing of the next.
  const auto high = end - (count_ >= kKept / 2 ? 2 : 1);
  std::nth_element(middle, high, end);
  high_ = *high * kUnit;
}

void Cadence::resume(Ns median, Ns high, Ns longest) {
  if (median <= 0 || high < median) return;
  const auto in_units = [](Ns gap) {
    return static_cast<uint32_t>(std::min<Ns>(gap / kUnit, std::numeric_limits<uint32_t>::max()));
  };
  // As many gaps as it needs to be sure: of what is sampled so few that a pace that changed meanwhile is learned soon.
  count_ = sampled_ ? kLeast + 1 : kKept;
  gaps_.fill(in_units(median));
  gaps_[count_ - 1] = in_units(high);
  if (count_ >= kKept / 2) gaps_[count_ - 2] = in_units(high);
  next_ = count_ % kKept;
  running_ = false;
  learn();
  longest_ = std::max(longest, high);
}

double Cadence::weight() const {
  if (!known() || median_ <= 0) return 0;
  const double spread = static_cast<double>(high_) / static_cast<double>(median_);
  return std::min(1.0, (sampled_ ? kSteady : kSteadyLog) / std::max(spread, 1.0));
}

Ns Cadence::late() const { return std::max({median_ + median_ / 2, high_ + high_ / 10, kLeastLate}); }

Ns Cadence::plain() const { return std::max({2 * median_ + median_ / 2, high_ + high_ / 2, kLeastPlain, late()}); }

Ns Cadence::lost() const {
  // What was harmless once is allowed again, and half as much on top; but not without bound.
  const Ns bound = sampled_ ? std::max(6 * median_, 2 * high_) : kDay;
  const Ns remembered = std::min(longest_ + longest_ / 2, bound);
  return std::max({3 * median_, 2 * high_, remembered, kLeastLost, plain()});
}

}  // namespace inquest::record
