#include "query/nelder_mead.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace inquest::query {
namespace {

using Point = std::vector<double>;
using OfPoint = std::function<double(const Point&)>;
using MovesPoint = std::function<double(Point&)>;

constexpr double kEdge = 0.05;

class ClassicSimplex {
 public:
  ClassicSimplex(const MovesPoint& function, const Point& start) : function_(function), size_(start.size()) {
    const auto size = static_cast<double>(size_);
    const double far = (std::sqrt(size + 1) - 1 + size) / (size * std::numbers::sqrt2);
    const double near = (std::sqrt(size + 1) - 1) / (size * std::numbers::sqrt2);
    corners_.push_back({start, 0});
    for (size_t i = 0; i < size_; ++i) {
      Point corner = start;
      for (size_t j = 0; j < size_; ++j) corner[j] += i == j ? far : near;
      corners_.push_back({std::move(corner), 0});
    }
    for (Minimum& corner : corners_) corner.value = function_(corner.at);
  }

  void step() {
    size_t worst = 0;
    size_t best = 0;
    for (size_t i = 0; i < corners_.size(); ++i) {
      if (corners_[i].value > corners_[worst].value) worst = i;
      if (corners_[i].value < corners_[best].value) best = i;
    }
    size_t second = best;  // the worst but one
    for (size_t i = 0; i < corners_.size(); ++i) {
      if (corners_[i].value > corners_[second].value && corners_[i].value < corners_[worst].value) second = i;
    }
    const Point middle = middle_without(worst);
    const Minimum reflected = along(middle, corners_[worst].at, middle, 1);
    if (reflected.value < corners_[second].value && reflected.value >= corners_[best].value)
      corners_[worst] = reflected;
    if (reflected.value < corners_[best].value) {
      const Minimum expanded = along(reflected.at, middle, middle, 2);
      corners_[worst] = expanded.value < reflected.value ? expanded : reflected;
    }
    if (reflected.value < corners_[second].value) return;
    const bool outside = reflected.value < corners_[worst].value;
    const Minimum contracted =
        outside ? along(reflected.at, middle, middle, 0.5) : along(middle, corners_[worst].at, middle, -0.5);
    if (contracted.value < corners_[worst].value) {
      corners_[worst] = contracted;
      return;
    }
    for (size_t corner = 0; corner < corners_.size(); ++corner) {
      if (corner == best) continue;
      Point& at = corners_[corner].at;
      for (size_t i = 0; i < size_; ++i) at[i] = corners_[best].at[i] + (at[i] - corners_[best].at[i]) / 2;
    }
    // Of the others the old values stand: they are looked at when they are the worst.
    corners_[worst].value = function_(corners_[worst].at);
    corners_[second].value = function_(corners_[second].at);
  }

  double deviation() const {
    const auto count = static_cast<double>(corners_.size());
    double sum = 0;
    for (const Minimum& corner : corners_) sum += corner.value;
    double squares = 0;
    for (const Minimum& corner : corners_)
      squares += std::pow(corner.value - sum / count, 2) / static_cast<double>(size_);
    return std::sqrt(squares);
  }

  const Minimum& best() const { return *std::ranges::min_element(corners_, {}, &Minimum::value); }

 private:
  Point middle_without(size_t corner) const {
    Point out(size_);
    for (size_t i = 0; i < size_; ++i) {
      for (size_t at = 0; at < corners_.size(); ++at) {
        if (at != corner) out[i] += corners_[at].at[i];
      }
      out[i] /= static_cast<double>(size_);
    }
    return out;
  }

  // From a point so many times as far as it is from b to a.
  Minimum along(const Point& a, const Point& b, const Point& from, double times) const {
    Minimum out;
    for (size_t i = 0; i < size_; ++i) out.at.push_back(from[i] + times * (a[i] - b[i]));
    out.value = function_(out.at);
    return out;
  }

  const MovesPoint& function_;
  size_t size_;
  std::vector<Minimum> corners_;
};

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

Minimum minimize_classic(const MovesPoint& function, std::vector<double> start, double close) {
  constexpr int kMostSteps = 1'000;
  ClassicSimplex simplex(function, start);
  for (int step = 0; step < kMostSteps; ++step) {
    simplex.step();
    if (simplex.deviation() < close) break;
  }
  return simplex.best();
}

}  // namespace inquest::query
