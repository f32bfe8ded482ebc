// Signs: which rules of the knowledge base fired on the evidence's lines, and where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/event.h"

namespace inquest::model {

// One rule that fired on lines of one host and one boot, as far as the stream tells boots apart, that follow each other
// within an hour: a rule that fires again later has a second sign. Only what the rule's patterns say: its condition,
// where it has one, is for reasoning to ask.
struct Sign {
  static constexpr size_t kMostEvents = 8;

  std::string rule;             // id
  StreamId stream = 0;          // of its events
  StrId host = 0;               // as Case::host_of tells it
  std::vector<EventId> events;  // the first kMostEvents
  EventId last = kNoEvent;
  uint64_t count = 0;
};

}  // namespace inquest::model
