#include "experiment/sequential.h"

#include <algorithm>
#include <cmath>

namespace inquest::experiment {
namespace {

constexpr double kErrors = 0.05;

double smoothed(const Count& count) {
  return (static_cast<double>(count.failures) + 0.5) / (static_cast<double>(count.runs) + 1);
}

}  // namespace

SequentialTest::SequentialTest(const Count& good, const Count& bad, size_t most) : left_(std::max<size_t>(most, 1)) {
  const double high = smoothed(bad);
  // Where both rates look alike, runs say little; the bad one's is still taken as the higher.
  const double low = std::min(smoothed(good), high * 0.9);
  if_failed_ = std::log(high / low);
  if_clean_ = std::log((1 - high) / (1 - low));
}

std::optional<Verdict> SequentialTest::add(bool failed) {
  static const double kLimit = std::log((1 - kErrors) / kErrors);
  odds_ += failed ? if_failed_ : if_clean_;
  if (odds_ >= kLimit) return Verdict::Bad;
  if (odds_ <= -kLimit) return Verdict::Good;
  if (--left_ > 0) return std::nullopt;
  unsure_ = true;
  return odds_ > 0 ? Verdict::Bad : Verdict::Good;
}

}  // namespace inquest::experiment
