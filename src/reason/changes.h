// The change ledger: what was changed before a death, ordered by time before it.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// Packages (their managers' logs), changes that a person noted, and differences between the boot that died and the one
// before it (kernel, command line). The latest first; what has no time stands at the end. Nothing that is later than
// the death is in it. Packages of the kernel's are named one by one, others as they were installed together; at most
// kMostChanges, the latest.
inline constexpr size_t kMostChanges = 60;
std::vector<model::Change> find_changes(const Scene& scene, const Death& death);

}  // namespace inquest::reason
