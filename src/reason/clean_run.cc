#include "reason/clean_run.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::reason {
namespace {

constexpr double kChance = 0.05;
constexpr Ns kLongest = 3650 * kDay;  // what is longer is no advice

Ns times(Ns span, double factor) {
  const double out = static_cast<double>(span) * factor;
  return out < static_cast<double>(kLongest) ? static_cast<Ns>(out) : kLongest;
}

// "7.1 days", "5 h".
std::string days(Ns span) {
  if (span < 2 * kDay) return format_duration(span);
  const double count = static_cast<double>(span) / static_cast<double>(kDay);
  return count < 20 ? fmt::format("{:.1f} days", count) : fmt::format("{:.0f} days", count);
}

}  // namespace

Ns stretch_of_certainty(size_t failures, Ns observed) {
  if (failures == 0 || observed <= 0) return 0;
  // P(no failure in t) = (T / (T + t))^(n + 1/2)
  const double exponent = 1.0 / (static_cast<double>(failures) + 0.5);
  return times(observed, std::pow(1 / kChance, exponent) - 1);
}

std::optional<model::CleanRun> clean_run(const Scene& scene, const std::vector<Death>& deaths, const Death& death) {
  model::CleanRun out;
  for (const Death& one : deaths) {
    if (one.host == death.host) ++out.failures;
  }
  for (const BootTrack& boot : scene.boots) {
    if (boot.host != death.host || !boot.start) continue;
    const auto its = std::ranges::find(deaths, &boot, &Death::boot);
    const auto end = its != deaths.end() ? its->after : std::nullopt;
    if (!end || end->middle() <= boot.start->middle()) continue;
    out.observed += end->middle() - boot.start->middle();
    out.cites.insert(out.cites.end(), boot.start_cites.begin(), boot.start_cites.end());
  }
  if (out.failures == 0 || out.observed < kMinute) return std::nullopt;
  out.thrice = times(out.observed / static_cast<Ns>(out.failures), 3);
  out.sure = stretch_of_certainty(out.failures, out.observed);
  out.text = fmt::format(
      "It failed {} in {} of running. Whatever is changed, call it mended no sooner than after {} without a failure "
      "(three times the mean time between failures); after {} it is 95 % certain that the failures come more seldom "
      "than before (Bayes, if they come by chance at a steady rate).",
      out.failures == 1 ? std::string("once") : fmt::format("{} times", out.failures), days(out.observed),
      days(out.thrice), days(out.sure));
  return out;
}

}  // namespace inquest::reason
