// Samples: figures over time, one series per host, measurement, tags and field.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "model/blocks.h"
#include "model/evidence.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

using SeriesId = uint32_t;

// A value at a time on the series' clock, and the row that says so.
struct Sample {
  Ns time = 0;
  double value = 0;
  uint64_t offset = 0;
  EvidenceId evidence = 0;
  uint32_t line = 0;
};

struct Series {
  StrId host = 0;          // 0: not said
  StrId measurement = 0;   // Telegraf's or InfluxDB's measurement: "cpu", "system"; 0 in a plain table
  StrId tags = 0;          // "cpu=cpu-total,device=x", sorted by name, without host; 0 none
  StrId field = 0;         // "usage_idle"
  StreamId stream = 0;     // clock and channel
  Blocks<Sample> samples;  // in the order of the evidence
};

}  // namespace inquest::model
