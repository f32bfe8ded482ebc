// Gaps: logs that ought to reach the death and do not.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// The host's own logs that end well before its death, or that a person or `journalctl --list-boots` says do, with what
// explains it and what that explanation cannot explain.
std::vector<model::Gap> find_gaps(const Scene& scene, const Death& death);

// What shows that the host keeps its logs in memory (log2ram, tmpfs): the citation, or nothing.
std::vector<model::Citation> logs_in_memory(const model::Case& the_case);

}  // namespace inquest::reason
