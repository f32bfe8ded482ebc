// Presence: which host left records in which stream, from when to when.
#pragma once

#include <cstdint>
#include <vector>

#include "model/case.h"

namespace inquest::reason {

// The records of one host in one stream of events.
struct Presence {
  model::StreamId stream = 0;
  model::StrId host = 0;
  model::EventId first = model::kNoEvent;  // in file order
  model::EventId last = model::kNoEvent;
  model::EventId latest = model::kNoEvent;  // the one with the highest raw time
  Ns earliest_raw = 0;
  Ns latest_raw = 0;
  uint64_t events = 0;
};

// One entry for each pair that occurs, in order of appearance. One pass over all events.
std::vector<Presence> presences(const model::Case& the_case);

}  // namespace inquest::reason
