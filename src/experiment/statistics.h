// Exact statistics of counts: how many of how many runs failed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "experiment/design.h"

namespace inquest::experiment {

struct Rate {
  double mean = 0;
  double low = 0;  // the 95 % interval
  double high = 0;
};

// What is known of the failure rate after these runs: the beta distribution that follows from Jeffreys' prior
// Beta(1/2, 1/2), with its equal-tailed interval. Without a run it is the prior itself. (Brown, Cai, DasGupta: Interval
// Estimation for a Binomial Proportion, Statistical Science 16, 2001.)
Rate failure_rate(const Count& count);

// Fisher's exact test, two-sided: the probability of a table at most as likely as this one, were both rates the same.
// 1 where either has no runs.
double fisher(const Count& first, const Count& second);

struct TestResult {
  std::string_view name;  // "fisher", "fisher-freeman-halton", "chi-squared" (approximate: the exact one is too long)
  double p = 1;
};
// Whether these groups fail at different rates.
TestResult compare(std::span<const Count> groups);

// The smallest number of runs, all of them clean, after which Fisher's test gives p < 0.05 against what was seen
// before. Nothing where nothing failed before, or where even 100,000 would not do.
std::optional<uint64_t> clean_runs_needed(const Count& before);

// The failure rate that so many clean runs exclude, with 95 % confidence: 3 exclude 63 % or more. 1 for none.
double excluded_rate(uint64_t clean_runs);

// ln of the probability of exactly these outcomes at their most likely common rate; 0 where all ended alike.
double log_likelihood(const Count& count);

}  // namespace inquest::experiment
