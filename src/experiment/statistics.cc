#include "experiment/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace inquest::experiment {
namespace {

using namespace boost::math::policies;  // NOLINT(google-build-using-namespace): the policy's parts, which are many
// Nothing of this may throw over the module's border.
using Quiet = policy<domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
                     underflow_error<ignore_error>, rounding_error<ignore_error>, evaluation_error<ignore_error>>;
using Beta = boost::math::beta_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

constexpr double kAlpha = 0.05;
constexpr double kSlack = 1e-7;              // relative: tables of the same probability differ by rounding
constexpr uint64_t kMostSummed = 2'000'000;  // tables of an exact test
constexpr uint64_t kMostCleanRuns = 100'000;

double log_factorial(uint64_t n) { return boost::math::lgamma(static_cast<double>(n) + 1, Quiet()); }
double log_choose(uint64_t n, uint64_t k) { return log_factorial(n) - log_factorial(k) - log_factorial(n - k); }

TestResult chi_squared(std::span<const Count> groups, const Count& all) {
  const double rate = static_cast<double>(all.failures) / static_cast<double>(all.runs);
  double sum = 0;
  for (const Count& group : groups) {
    const auto runs = static_cast<double>(group.runs);
    const double off = static_cast<double>(group.failures) - runs * rate;
    sum += off * off / (runs * rate * (1 - rate));
  }
  const ChiSquared distribution(static_cast<double>(groups.size() - 1));
  return {"chi-squared", cdf(complement(distribution, sum))};
}

// Sums over all tables with these margins. Each group's share is one factor of a table's probability, so a table is
// built group by group.
class ExactSum {
 public:
  ExactSum(std::span<const Count> groups, const Count& all) : groups_(groups) {
    total_ = log_choose(all.runs, all.failures);
    double observed = -total_;
    uint64_t rest = all.runs;
    for (const Count& group : groups) {
      std::vector<double>& shares = shares_.emplace_back();
      for (uint64_t k = 0; k <= std::min(group.runs, all.failures); ++k) shares.push_back(log_choose(group.runs, k));
      observed += shares[group.failures];
      rest -= group.runs;
      rest_.push_back(rest);
    }
    limit_ = observed + kSlack * std::max(1.0, std::abs(observed));
  }

  double sum(uint64_t failures) {
    add(0, failures, -total_);
    return std::min(1.0, sum_);
  }

 private:
  void add(size_t index, uint64_t failures, double log_probability) {
    if (index + 1 == groups_.size()) {
      log_probability += shares_[index][failures];
      if (log_probability <= limit_) sum_ += std::exp(log_probability);
      return;
    }
    const uint64_t least = failures > rest_[index] ? failures - rest_[index] : 0;
    for (uint64_t k = least; k <= std::min(failures, groups_[index].runs); ++k)
      add(index + 1, failures - k, log_probability + shares_[index][k]);
  }

  std::span<const Count> groups_;
  std::vector<std::vector<double>> shares_;  // ln of in how many ways each group can have k failures
  std::vector<uint64_t> rest_;               // runs of the groups behind each
  double total_ = 0;
  double limit_ = 0;
  double sum_ = 0;
};

// An upper bound of the tables that an exact test would look at.
bool is_short(std::span<const Count> groups, const Count& all) {
  if (all.failures > kMostSummed) return false;
  uint64_t tables = 1;
  for (size_t i = 0; i + 1 < groups.size(); ++i) {
    tables *= std::min({groups[i].runs, all.failures, kMostSummed}) + 1;
    if (tables > kMostSummed) return false;
  }
  return true;
}

}  // namespace

Rate failure_rate(const Count& count) {
  const double failed = static_cast<double>(count.failures) + 0.5;
  const double clean = static_cast<double>(count.runs - count.failures) + 0.5;
  const Beta posterior(failed, clean);
  Rate rate;
  rate.mean = failed / (failed + clean);
  // An end that the runs touch is 0 or 1 itself, as Brown, Cai and DasGupta advise: the interval would exclude what was
  // seen.
  rate.low = count.failures == 0 ? 0 : quantile(posterior, kAlpha / 2);
  rate.high = count.failures == count.runs ? 1 : quantile(complement(posterior, kAlpha / 2));
  return rate;
}

double fisher(const Count& first, const Count& second) {
  const Count groups[] = {first, second};
  return compare(groups).p;
}

TestResult compare(std::span<const Count> groups) {
  std::vector<Count> filled;
  Count all;
  for (const Count& group : groups) {
    if (group.runs == 0) continue;
    filled.push_back(group);
    all.add(group);
  }
  // The largest group last: its share follows from the others' and is not summed over.
  std::ranges::stable_sort(filled, {}, &Count::runs);
  const std::string_view name = groups.size() > 2 ? "fisher-freeman-halton" : "fisher";
  if (filled.size() < 2 || all.failures == 0 || all.failures == all.runs) return {name, 1};
  if (!is_short(filled, all)) return chi_squared(filled, all);
  return {name, ExactSum(filled, all).sum(all.failures)};
}

std::optional<uint64_t> clean_runs_needed(const Count& before) {
  if (before.failures == 0) return std::nullopt;
  const auto enough = [&](uint64_t clean) { return fisher(before, {0, clean}) < kAlpha; };
  uint64_t high = 1;
  while (!enough(high)) {
    high *= 2;
    if (high > kMostCleanRuns) return std::nullopt;
  }
  uint64_t low = high / 2;  // which is not enough
  while (high - low > 1) {
    const uint64_t middle = std::midpoint(low, high);
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

double excluded_rate(uint64_t clean_runs) {
  return clean_runs == 0 ? 1 : 1 - std::pow(kAlpha, 1 / static_cast<double>(clean_runs));
}

double log_likelihood(const Count& count) {
  if (count.failures == 0 || count.failures == count.runs) return 0;
  const auto runs = static_cast<double>(count.runs);
  const auto failures = static_cast<double>(count.failures);
  return failures * std::log(failures / runs) + (runs - failures) * std::log1p(-failures / runs);
}

}  // namespace inquest::experiment
