// Was anything unusual before the death? Each figure against its own past.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/death.h"

namespace inquest::reason {

// For each subsystem that an operator asks about (cpu, memory, network, disk, temperature), and others that have
// figures: the last stretch before the death compared with what came before it in the same boot. A subsystem without
// figures is listed as that. Robust: median and median absolute deviation, so that single spikes in the past don't hide
// a change.
std::vector<model::Baseline> baselines(const Scene& scene, const Death& death);

// "No anomaly in CPU, memory, network; disk and temperature have no figures." with the citations of what it rests on.
model::Statement summarise(const std::vector<model::Baseline>& baselines);

}  // namespace inquest::reason
