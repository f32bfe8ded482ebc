// Boots as uptime counters show them: every sample says when its kernel started.
#pragma once

#include <string>
#include <vector>

#include "model/case.h"

namespace inquest::reason {

// One boot, from the samples that agree on its start.
struct UptimeBoot {
  // The first sample in words: "uptime 1,089 s at 2026-02-09T19:12:00Z", or "boot time 2026-02-09T18:53:51Z".
  std::string words() const;

  model::StrId host = 0;
  Ns start_after = 0;   // the kernel started after this instant ...
  Ns start_before = 0;  // ... and not later than this
  model::Sample first;  // the first and last sample of the boot
  model::Sample last;
  Ns first_utc = 0;
  Ns last_utc = 0;
  uint64_t samples = 0;
  bool gauge = false;  // `first` and `last` hold the time of the start itself, in s since 1970, and no uptime
};

// From the names of management tasks (tasks.h), every series called "uptime" (Telegraf's system.uptime counts whole
// seconds) whose counter really advances with time, and every gauge of the boot time (Telegraf's kernel.boot_time,
// node_exporter's node_boot_time_seconds: btime of /proc/stat, which is cut to the second), in order of time. Series
// that show the same start are one boot. Empty where no evidence holds one.
std::vector<UptimeBoot> uptime_boots(const model::Case& the_case);

// Whether a series is an uptime counter, or a gauge of the boot time, by its name.
bool is_uptime(const model::Case& the_case, const model::Series& series);

}  // namespace inquest::reason
