// What was done about a death, judged: whether it meets the likely causes, hides evidence, and is in force.
#pragma once

#include <vector>

#include "model/inquiry.h"
#include "reason/death.h"
#include "reason/world.h"

namespace inquest::reason {

// What a person noted as changed after the death and before the host's next one, and parameters of the running and the
// configured command line that are taken for remedies: whether each meets a likely cause, hides evidence, is in force,
// and has held for long enough. `incident` has its hypotheses and its clean run; `deaths` are all of the case.
std::vector<model::Mitigation> judge_mitigations(const Scene& scene, const std::vector<Death>& deaths,
                                                 const Death& death, const model::Incident& incident);

// Notes that call the host stable or mended sooner after its last death than the rate of its deaths allows: one
// contradiction each ("stable-too-early").
std::vector<model::Contradiction> judge_claims(const Scene& scene, const std::vector<Death>& deaths, const Death& death,
                                               const model::Incident& incident);

}  // namespace inquest::reason
