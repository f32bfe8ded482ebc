#include "query/tdigest.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace inquest::query {
namespace {

// Between two neighbours, the nearer one counting more.
double between(double low, double weight_low, double high, double weight_high) {
  if (low > high) {
    std::swap(low, high);
    std::swap(weight_low, weight_high);
  }
  return std::max(low, std::min((low * weight_low + high * weight_high) / (weight_low + weight_high), high));
}

}  // namespace

TDigest::TDigest(double compression) : compression_(std::clamp(compression, 1.0, 100'000.0)) {}

void TDigest::add(double value) {
  if (std::isnan(value)) return;
  waiting_.push_back({value, 1});
  if (static_cast<double>(waiting_.size()) > 8 * std::ceil(compression_)) merge();
}

void TDigest::merge() {
  if (waiting_.empty()) return;
  for (const Centroid& each : waiting_) weight_ += each.weight;
  waiting_.insert(waiting_.end(), merged_.begin(), merged_.end());
  std::ranges::sort(waiting_, [](const Centroid& a, const Centroid& b) { return a.mean < b.mean; });
  // The scale k and its inverse: neighbours may be merged as long as they span less than one unit of it.
  const auto quantile_at = [&](double k) {
    const double angle = std::min(k, compression_) * std::numbers::pi / compression_ - std::numbers::pi / 2;
    return (std::sin(angle) + 1) / 2;
  };
  const auto scale_at = [&](double q) {
    return compression_ * (std::asin(2 * q - 1) + std::numbers::pi / 2) / std::numbers::pi;
  };
  merged_.assign(1, waiting_.front());
  double so_far = waiting_.front().weight;
  double limit = weight_ * quantile_at(1);
  for (size_t i = 1; i < waiting_.size(); ++i) {
    const Centroid& next = waiting_[i];
    if (so_far + next.weight <= limit) {
      Centroid& last = merged_.back();
      last.weight += next.weight;
      last.mean += next.weight * (next.mean - last.mean) / last.weight;
    } else {
      limit = weight_ * quantile_at(scale_at(so_far / weight_) + 1);
      merged_.push_back(next);
    }
    so_far += next.weight;
  }
  min_ = std::min(min_, merged_.front().mean);
  max_ = std::max(max_, merged_.back().mean);
  waiting_.clear();
}

double TDigest::quantile(double q) {
  merge();
  if (merged_.empty() || !(q >= 0 && q <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (merged_.size() == 1) return merged_.front().mean;
  const double wanted = q * weight_;
  const Centroid& first = merged_.front();
  if (wanted <= first.weight / 2) return min_ + 2 * wanted / first.weight * (first.mean - min_);
  // Each centroid's weight lies half on either side of its mean.
  double before = 0;
  for (size_t i = 0; i + 1 < merged_.size(); ++i) {
    const double here = before + merged_[i].weight / 2;
    const double next = before + merged_[i].weight + merged_[i + 1].weight / 2;
    if (wanted <= next) return between(merged_[i].mean, next - wanted, merged_[i + 1].mean, wanted - here);
    before += merged_[i].weight;
  }
  const Centroid& last = merged_.back();
  const double to_last = wanted - weight_ - last.weight / 2;
  return between(last.mean, to_last, max_, last.weight / 2 - to_last);
}

}  // namespace inquest::query
