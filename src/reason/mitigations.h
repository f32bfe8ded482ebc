// What was done about a death, judged: whether it meets the likely causes, hides evidence, and is in force.
#pragma once

#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"
#include "reason/world.h"

namespace inquest::reason {

// What a person noted as changed after the death, and parameters of the running and the configured command line that
// are taken for remedies. `incident` has its hypotheses.
std::vector<model::Mitigation> judge_mitigations(const Scene& scene, const Death& death,
                                                 const model::Incident& incident);

}  // namespace inquest::reason
