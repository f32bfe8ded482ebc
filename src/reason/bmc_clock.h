// The clock of the management controller, which nobody sets: how far it is off, by events that the host recorded too.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"

namespace inquest::reason {

// Compares what a management controller's log says of boots, shutdowns and panics with what the host's own logs say of
// them. Where at least two events agree on one difference, and on one only, says it, and corrects the mapping of the
// controller's local times by it. Where one panic or shutdown is all there is, says what the difference would be if
// they were the same, and corrects nothing. Call once clocks are aligned.
std::vector<model::Statement> compare_bmc_clocks(model::Case& the_case);

}  // namespace inquest::reason
