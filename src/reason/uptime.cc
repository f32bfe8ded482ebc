#include "reason/uptime.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/tasks.h"

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

bool is_counter(const model::Case& the_case, const model::Series& series) {
  const std::string field = lower(the_case.str(series.field));
  return field == "uptime" || field == "uptime_seconds" || field == "system_uptime" || field == "system.uptime";
}

bool is_gauge(const model::Case& the_case, const model::Series& series) {
  const std::string field = lower(the_case.str(series.field));
  return field == "node_boot_time_seconds" || field == "boot_time" || field == "kernel_boot_time";
}

// In order of time; without what can be no uptime, or no boot time before the sample.
std::vector<Point> points_of(const model::Case& the_case, const model::Series& series, bool gauge) {
  // Beyond a century it is no uptime, and would overflow later.
  constexpr double kLongest = 3.2e9;
  std::vector<Point> points;
  for (size_t i = 0; i < series.samples.size(); ++i) {
    const Sample& sample = series.samples[i];
    const auto when = the_case.when(series.stream, sample.time);
    if (!when || !(sample.value >= 0) || sample.value >= kLongest) continue;
    if (gauge && (sample.value == 0 || sample.value > static_cast<double>(when->middle()) / kSecond + 1)) continue;
    points.push_back({when->middle(), sample});
  }
  std::ranges::sort(points, {}, &Point::utc);
  return points;
}

// When the kernel started, by one sample.
struct Start {
  Ns after;
  Ns before;
};

Start start_of(const Point& point, bool gauge) {
  const double whole = std::floor(point.sample.value);
  const Ns value = static_cast<Ns>(whole * kSecond);
  if (gauge) return {value, value + kSecond - 1};
  // The counter is cut to whole seconds: the real uptime is up to a second more.
  return {point.utc - value - (point.sample.value == whole ? kSecond : kMilli), point.utc - value};
}

// Two series, or two samples, narrow the start; where they contradict each other (a slewed clock) the widest stands.
void narrow(UptimeBoot& boot, const Start& start) {
  const Ns after = std::max(boot.start_after, start.after);
  const Ns upto = std::min(boot.start_before, start.before);
  if (after < upto) {
    boot.start_after = after;
    boot.start_before = upto;
  } else {
    boot.start_after = std::min(boot.start_after, start.after);
    boot.start_before = std::max(boot.start_before, start.before);
  }
}

bool same_boot(const UptimeBoot& boot, const Start& start) {
  return start.before <= boot.start_before + kSameBoot && start.before >= boot.start_after - kSameBoot;
}

// Several series of a host show the same boots.
void join_series(std::vector<UptimeBoot>& boots) {
  std::ranges::stable_sort(boots, {}, &UptimeBoot::start_before);
  std::vector<UptimeBoot> out;
  for (const UptimeBoot& boot : boots) {
    const auto known = std::ranges::find_if(out, [&](const UptimeBoot& other) {
      return other.host == boot.host && same_boot(other, {boot.start_after, boot.start_before});
    });
    if (known == out.end()) {
      out.push_back(boot);
      continue;
    }
    narrow(*known, {boot.start_after, boot.start_before});
    if (known->gauge && !boot.gauge) {  // a counter's samples tell more: its last one is a sign of life
      known->first = boot.first;
      known->first_utc = boot.first_utc;
      known->gauge = false;
    }
    if (boot.last_utc > known->last_utc) {
      known->last = boot.last;
      known->last_utc = boot.last_utc;
    }
    known->samples += boot.samples;
  }
  boots = std::move(out);
}

}  // namespace

std::string UptimeBoot::words() const {
  if (gauge) {
    return fmt::format("boot time {}",
                       format_utc({static_cast<Ns>(std::floor(first.value)) * kSecond, Precision::Second}));
  }
  return fmt::format("uptime {} s at {}", grouped(static_cast<uint64_t>(first.value)),
                     format_utc({first_utc, Precision::Second}));
}

bool is_uptime(const model::Case& the_case, const model::Series& series) {
  return is_counter(the_case, series) || is_gauge(the_case, series);
}

std::vector<UptimeBoot> uptime_boots(const model::Case& the_case) {
  std::vector<UptimeBoot> out;
  for (const model::Series& series : the_case.series) {
    const bool gauge = is_gauge(the_case, series);
    if (!gauge && !is_counter(the_case, series)) continue;
    const std::vector<Point> points = points_of(the_case, series, gauge);
    if (points.empty() || (!gauge && !counts_seconds(points))) continue;
    const size_t before = out.size();
    for (const Point& point : points) {
      const Start start = start_of(point, gauge);
      UptimeBoot* boot = out.size() > before ? &out.back() : nullptr;
      if (boot == nullptr || !same_boot(*boot, start)) {
        out.push_back(
            {series.host, start.after, start.before, point.sample, point.sample, point.utc, point.utc, 1, gauge});
        continue;
      }
      narrow(*boot, start);
      boot->last = point.sample;
      boot->last_utc = point.utc;
      ++boot->samples;
    }
  }
  std::ranges::move(task_boots(the_case), std::back_inserter(out));
  join_series(out);
  std::ranges::sort(out, {}, &UptimeBoot::start_before);
  return out;
}

}  // namespace inquest::reason
