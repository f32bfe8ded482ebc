#include "store/time_spans.h"

#include <algorithm>
#include <limits>

#include "base/checked.h"
#include "store/day_file.h"

namespace inquest::store {
namespace {

constexpr Ns kMax = std::numeric_limits<Ns>::max();
constexpr size_t kFew = 4;      // parts that are kept apart however few rows they have
constexpr uint64_t kMany = 32;  // rows with which a part is kept apart from others like it

// Times of a store's file are never so far from each other that a difference of two does not fit.
Ns difference(Ns from, Ns to) { return checked_sub(to, from).value_or(kMax); }

// How long a block is at that step.
Ns room(Ns step) { return step > kMax / static_cast<Ns>(kBlockRows) ? kMax : step * static_cast<Ns>(kBlockRows); }

Ns step_of(const TimeSpan& span) {
  return span.rows < 2 ? kMax : difference(span.first, span.last) / static_cast<Ns>(span.rows - 1);
}

}  // namespace

std::vector<TimeSpan> spans_of(std::span<const Ns> times) {
  if (times.empty()) return {};
  Ns least = kMax;
  Ns most = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    const Ns step = difference(times[i - 1], times[i]);
    least = std::min(least, step);
    most = std::max(most, step);
  }
  if (most <= room(least)) return {{times.front(), times.back(), times.size()}};
  std::vector<Ns> steps;
  for (size_t i = 1; i < times.size(); ++i) steps.push_back(difference(times[i - 1], times[i]));
  const auto middle = steps.begin() + static_cast<ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  const Ns hole = room(*middle);
  std::vector<TimeSpan> out;
  for (size_t i = 0; i < times.size(); ++i) {
    if (i == 0 || difference(times[i - 1], times[i]) > hole) out.push_back({.first = times[i]});
    out.back().last = times[i];
    ++out.back().rows;
  }
  return out;
}

std::vector<size_t> far_apart(std::span<const TimeSpan> spans) {
  std::vector<size_t> out;
  for (size_t i = 1; i < spans.size(); ++i) {
    const Ns step = std::min(step_of(spans[i - 1]), step_of(spans[i]));
    if (step != kMax && difference(spans[i - 1].last, spans[i].first) > room(step)) out.push_back(i);
  }
  if (out.size() < kFew) return out;
  std::erase_if(out, [&](size_t i) { return spans[i - 1].rows < kMany || spans[i].rows < kMany; });
  return out;
}

}  // namespace inquest::store
