// Boots as uptime counters show them: every sample says when its kernel started.
#pragma once

#include <vector>

#include "model/case.h"

namespace inquest::reason {

// One boot, from the samples that agree on its start.
struct UptimeBoot {
  model::StrId host = 0;
  Ns start_after = 0;   // the kernel started after this instant ...
  Ns start_before = 0;  // ... and not later than this
  model::Sample first;  // the first and last sample of the boot
  model::Sample last;
  Ns first_utc = 0;
  Ns last_utc = 0;
  uint64_t samples = 0;
};

// From every series called "uptime" (Telegraf's system.uptime counts whole seconds) whose counter really advances with
// time, in order of time. Empty where no evidence holds one.
std::vector<UptimeBoot> uptime_boots(const model::Case& the_case);

// Whether a series is an uptime counter by its name.
bool is_uptime(const model::Case& the_case, const model::Series& series);

}  // namespace inquest::reason
