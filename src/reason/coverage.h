// Which sources were watching a host, when, and for what.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/coverage.h"
#include "reason/boots.h"
#include "reason/names.h"
#include "reason/presence.h"

namespace inquest::reason {

// One entry per boot and log of a host (cut at the boots, so that a silence between two boots is not covered), per log
// that belongs to no boot, and per run of figures: a run ends where more than ten samples in a row are missing.
std::vector<model::Coverage> find_coverage(const model::Case& the_case, const Names& names,
                                           const std::vector<Presence>& presences, const std::vector<BootTrack>& boots);

// The coverages of a host that would have shown `what` and that reach from before `at` to no earlier than `slack`
// before it.
std::vector<const model::Coverage*> watching(const std::vector<model::Coverage>& all, model::StrId host,
                                             model::Watch what, Ns at, Ns slack);

}  // namespace inquest::reason
