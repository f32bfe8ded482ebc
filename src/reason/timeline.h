// The timeline of a death: what was recorded and what was computed, in the order of UTC.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// Boots, landmarks, last and first figures, last lines of every log, peers' words, what a person noted. Entries whose
// time is not known stand where their order in the evidence puts them, or at the end.
std::vector<model::TimelineEntry> timeline(const Scene& scene, const Death& death);

}  // namespace inquest::reason
