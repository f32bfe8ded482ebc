// Near-deaths: what a kernel reported and lived on after, or what its log ends with without saying how it went on.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "reason/death.h"

namespace inquest::reason {

// The class of incident that a report is by itself (DESIGN.md's list); empty where it is none, such as an error that
// was corrected, a warning, or what a boot says of the one before it.
std::string trouble_class(const model::Case& the_case, const model::Crash& report);

// Whether a report of the near-death's boot belongs to it: one of its troubles, or one that came between or soon after.
bool part_of_near_death(const model::Case& the_case, const Death& death, const model::Crash& report);

// One for each host and hour of trouble that no death in `deaths` accounts for. A log that shows a panic and belongs to
// no known boot gives a death instead. Stretches of logs that are of no boot are kept in `fragments`, which must
// outlive what is returned.
std::vector<Death> find_near_deaths(const Scene& scene, const std::vector<Death>& deaths,
                                    std::deque<BootTrack>& fragments);

}  // namespace inquest::reason
