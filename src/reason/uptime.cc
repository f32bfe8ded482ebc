#include "reason/uptime.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace inquest::reason {
namespace {

using model::Sample;

// Two starts that differ by less are one boot: clocks are slewed, samples are late.
constexpr Ns kSameBoot = 30 * kSecond;

struct Point {
  Ns utc;
  Sample sample;
};

// Whether the counter counts seconds: it advances as the clock does between samples of a boot.
bool counts_seconds(const std::vector<Point>& points) {
  size_t good = 0;
  size_t bad = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    const double dt = static_cast<double>(points[i].utc - points[i - 1].utc) / kSecond;
    const double du = points[i].sample.value - points[i - 1].sample.value;
    if (dt <= 0 || du <= 0) continue;
    (std::abs(du - dt) <= 2 + dt * 0.05 ? good : bad) += 1;
  }
  return good >= bad;
}

}  // namespace

bool is_uptime(const model::Case& the_case, const model::Series& series) {
  const std::string field = lower(the_case.str(series.field));
  return field == "uptime" || field == "uptime_seconds" || field == "system_uptime" || field == "system.uptime";
}

std::vector<UptimeBoot> uptime_boots(const model::Case& the_case) {
  std::vector<UptimeBoot> out;
  for (const model::Series& series : the_case.series) {
    if (!is_uptime(the_case, series)) continue;
    std::vector<Point> points;
    for (size_t i = 0; i < series.samples.size(); ++i) {
      const Sample& sample = series.samples[i];
      const auto when = the_case.when(series.stream, sample.time);
      // An uptime beyond a century is no uptime, and would overflow below.
      if (when && sample.value >= 0 && sample.value < 3.2e9) points.push_back({when->middle(), sample});
    }
    std::ranges::sort(points, {}, &Point::utc);
    if (points.empty() || !counts_seconds(points)) continue;
    const size_t before = out.size();
    for (const Point& point : points) {
      // The counter is cut to whole seconds: the real uptime is up to a second more.
      const Ns latest = point.utc - static_cast<Ns>(std::floor(point.sample.value) * kSecond);
      const bool whole = point.sample.value == std::floor(point.sample.value);
      const Ns earliest = latest - (whole ? kSecond : kMilli);
      UptimeBoot* boot = out.size() > before ? &out.back() : nullptr;
      if (boot == nullptr || latest > boot->start_before + kSameBoot || latest < boot->start_after - kSameBoot) {
        out.push_back({series.host, earliest, latest, point.sample, point.sample, point.utc, point.utc, 1});
        continue;
      }
      // Each sample narrows the start; where they contradict each other (a slewed clock) the widest stands.
      const Ns after = std::max(boot->start_after, earliest);
      const Ns upto = std::min(boot->start_before, latest);
      if (after < upto) {
        boot->start_after = after;
        boot->start_before = upto;
      } else {
        boot->start_after = std::min(boot->start_after, earliest);
        boot->start_before = std::max(boot->start_before, latest);
      }
      boot->last = point.sample;
      boot->last_utc = point.utc;
      ++boot->samples;
    }
  }
  std::ranges::sort(out, {}, &UptimeBoot::start_before);
  return out;
}

}  // namespace inquest::reason
