// Blind spots: what was not watching when the host died, and what would have been.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/baseline.h"
#include "reason/death.h"

namespace inquest::reason {

// Each recorder of a death that the evidence does not prove to have been armed in the boot that died, with why its
// silence says nothing and what arms it. A recorder that is proven armed is none, and neither is one that did record.
std::vector<model::BlindSpot> blind_spots(const Scene& scene, const Death& death,
                                          const std::vector<model::Baseline>& baselines);

}  // namespace inquest::reason
