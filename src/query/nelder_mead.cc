#include "query/nelder_mead.h"

#include <algorithm>

namespace inquest::query {
namespace {

using Point = std::vector<double>;
using OfPoint = std::function<double(const Point&)>;

constexpr double kEdge = 0.05;

class Simplex {
 public:
  Simplex(const OfPoint& function, const Point& start, double value) : function_(function), size_(start.size()) {
    for (size_t i = 0; i < size_; ++i) {
      Point corner = start;
      corner[i] += kEdge;
      const double here = function_(corner);
      corners_.push_back({std::move(corner), here});
    }
    corners_.push_back({start, value});
    order();
  }

  const Minimum& best() const { return corners_.front(); }

  void step() {
    const double size = static_cast<double>(size_);
    const double expansion = 1 + 2 / size;
    const double contraction = 0.75 - 1 / (2 * size);
    Minimum reflected = along(1);
    if (reflected.value < best().value) {
      Minimum expanded = along(expansion);
      replace_worst(expanded.value < reflected.value ? std::move(expanded) : std::move(reflected));
    } else if (reflected.value < corners_[size_ - 1].value) {
      replace_worst(std::move(reflected));
    } else if (const bool outside = reflected.value < worst().value; outside) {
      Minimum contracted = along(contraction);
      if (contracted.value <= reflected.value) {
        replace_worst(std::move(contracted));
      } else {
        shrink();
      }
    } else {
      Minimum contracted = along(-contraction);
      if (contracted.value < worst().value) {
        replace_worst(std::move(contracted));
      } else {
        shrink();
      }
    }
  }

 private:
  const Minimum& worst() const { return corners_.back(); }

  // The point that lies so many times the worst corner's distance behind the middle of the others.
  Minimum along(double scale) const {
    Minimum out;
    for (size_t i = 0; i < size_; ++i) out.at.push_back((middle_[i] - worst().at[i]) * scale + middle_[i]);
    out.value = function_(out.at);
    return out;
  }

  void replace_worst(Minimum by) {
    // In front of corners that are as good: the newest of equals counts as the best.
    corners_.pop_back();
    const Point added = by.at;
    const auto place = std::ranges::lower_bound(corners_, by.value, {}, &Minimum::value);
    corners_.insert(place, std::move(by));
    // What left the others is the corner that is the worst now.
    for (size_t i = 0; i < size_; ++i) {
      middle_[i] -= 1 / static_cast<double>(size_) * worst().at[i];
      middle_[i] += 1 / static_cast<double>(size_) * added[i];
    }
  }

  void shrink() {
    const double factor = 1 - 1 / static_cast<double>(size_);
    for (size_t corner = 1; corner <= size_; ++corner) {
      Minimum& each = corners_[corner];
      for (size_t i = 0; i < size_; ++i) each.at[i] = (each.at[i] - best().at[i]) * factor + best().at[i];
      each.value = function_(each.at);
    }
    order();
  }

  void order() {
    std::ranges::stable_sort(corners_, {}, &Minimum::value);
    middle_.assign(size_, 0);
    for (size_t corner = 0; corner < size_; ++corner) {
      for (size_t i = 0; i < size_; ++i) middle_[i] += corners_[corner].at[i];
    }
    for (double& each : middle_) each /= static_cast<double>(size_);
  }

  const OfPoint& function_;
  size_t size_;
  std::vector<Minimum> corners_;  // the best first
  Point middle_;                  // of all but the worst
};

}  // namespace

Minimum minimize(const OfPoint& function, std::vector<double> start, double least_gain, size_t patience) {
  const double first = function(start);
  Simplex simplex(function, start, first);
  double best = first;
  for (size_t waited = 0;;) {
    const double here = simplex.best().value;
    if (here < best && best - here > least_gain) {
      best = here;
      waited = 0;
    } else if (++waited >= patience) {
      return simplex.best();
    }
    simplex.step();
  }
}

}  // namespace inquest::query
