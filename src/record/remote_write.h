// Prometheus remote write 1.0: a protobuf message in a block of snappy, as Prometheus and vmagent send it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace inquest::record {

// What a message says, as line protocol, one line a sample: the metric's name is the measurement, its labels are the
// tags, the value is the field `value`, as Telegraf and InfluxDB 1 map it.
//
//     node_load1,instance=db1:9100,job=node value=0.21 1700000000000000000
//
// Values that line protocol has no words for are left out and counted: NaN, with which Prometheus also marks the end of
// a series, and infinities. So are exemplars, native histograms and metadata.
struct RemoteWrite {
  std::string lines;
  uint64_t samples = 0;
  uint64_t left_out = 0;
};

// Malformed for bytes that are no such message, Limit where more than `most_inflated` bytes would come out of the
// block. The source: prometheus/prometheus prompb/remote.proto and types.proto.
Result<RemoteWrite> decode_remote_write(std::string_view body, uint64_t most_inflated);

}  // namespace inquest::record
