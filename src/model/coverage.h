// Coverage: what a source would have shown of a host, and from when to when it was watching.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/evidence.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

// Absence of a trace speaks only inside of a coverage that would have shown it.
struct Coverage {
  StrId host = 0;
  std::string source;            // "journal (old/journal.txt)", "telegraf cpu"
  Watch watch = Watch::Nothing;  // what it would have shown
  Interval span;                 // from its first record to its last; unknown ends where times could not be placed
  std::vector<Citation> cites;   // the first and last record: what proves that it was running
};

// "kernel log, shutdown": the bits of a set in words, for reports.
std::string describe(Watch watch);

}  // namespace inquest::model
