// Findings: what the facts of each host show by themselves, death or no death.
#pragma once

#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// Asks every rule of finding_rule.h about every host. At most kMostFindings, by host and rule.
inline constexpr size_t kMostFindings = 500;
std::vector<model::Finding> find_findings(const Scene& scene);

}  // namespace inquest::reason
