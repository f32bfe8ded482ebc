// Aligning clocks: zones and years of wall clocks, starts of monotonic ones.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/investigate.h"
#include "reason/names.h"

namespace inquest::reason {

// Sets the case's mapping for every stream of local wall time, and for monotonic streams that tell their start
// themselves (the kernel sets the clock from the RTC and says so). Returns what was assumed, and what could not be
// placed and why.
std::vector<model::Statement> align_clocks(model::Case& the_case, const Options& options, const Names& names);

}  // namespace inquest::reason
