// How long is long enough: when a host that failed may be called mended.
#pragma once

#include <optional>

#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// The longest stretch without a failure that chance alone would leave in one of twenty cases, `failures` having been
// seen in `observed`: the predictive distribution of a Poisson process with Jeffreys' prior, Gamma(failures + 1/2).
// 0 where either is 0.
Ns stretch_of_certainty(size_t failures, Ns observed);

// From the boots of the host and its deaths. Nothing where the evidence does not tell how long it ran.
std::optional<model::CleanRun> clean_run(const Scene& scene, const std::vector<Death>& deaths, const Death& death);

}  // namespace inquest::reason
