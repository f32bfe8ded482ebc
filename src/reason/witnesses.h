// Who witnessed a death: figures that stop, logs that end, peers that lose the host, people in front of it.
#pragma once

#include "reason/death.h"

namespace inquest::reason {

// Each adds its witnesses to the death, moves the last sign of life forward and the first silence that means something
// back, and notes contradictions. `boot`, `next` and `fate` are known.
void hear_figures(const Scene& scene, Death& death);
void hear_logs(const Scene& scene, Death& death);
void hear_peers(const Scene& scene, Death& death);
void hear_people(const Scene& scene, Death& death);

// Whether a person's word is of a host that died, or could not be reached.
bool speaks_of_death(const model::Observation& seen);

// The interval at which a telemetry stream's figures are due, in ns: telegraf.conf's, else the median step. 0 unknown.
Ns sampling_interval(const model::Case& the_case, const model::Series& series);

}  // namespace inquest::reason
