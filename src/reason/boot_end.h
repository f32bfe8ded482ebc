// How a boot came to its end, as far as its own records and the boot that follows tell.
#pragma once

#include "reason/boots.h"

namespace inquest::reason {

// Sets `end`, `end_text` and `end_cites` of a boot whose segments, landmarks and claims are known: orderly, panicked
// (by its own words, or because its crash kernel started), cut (another boot follows, and a record that would have
// shown a shutdown breaks off without one), or still running. `next` is the host's next boot, or null.
void find_end(const model::Case& the_case, BootTrack& track, const BootTrack* next);

}  // namespace inquest::reason
