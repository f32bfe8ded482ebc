// The case's mapping of every stream's clock to UTC, with its uncertainty and what was assumed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/zone.h"
#include "model/stream.h"

namespace inquest::model {

// When something happened on UTC, as closely as clocks tell: not before `earliest`, not after `latest`.
// Both are equal where only the printed precision limits it.
struct Moment {
  Ns earliest = 0;
  Ns latest = 0;
  Precision precision = Precision::Second;

  Ns middle() const { return earliest + (latest - earliest) / 2; }
  bool exact() const { return earliest == latest; }
  Instant first() const { return {earliest, precision}; }
  Instant last() const { return {latest, precision}; }
};

// How one stream's raw times become UTC.
struct StreamClock {
  bool mapped = false;
  std::optional<Zone> zone;  // LocalWall
  int first_year = 0;        // LocalWall and yearless: the year of the first record
  Ns boot_start = 0;         // Monotonic: UTC of raw time 0
  Ns uncertainty = 0;        // plus or minus, beyond the precision
  std::string why;           // "zone America/Los_Angeles from notes.toml:3", for a reader
  bool assumed = false;      // rests on an assumption, not on evidence
};

class ClockMap {
 public:
  // Clocks of all streams; grows to `streams` entries, unmapped ones first.
  void resize(size_t streams) { clocks_.resize(streams); }
  const StreamClock& clock(StreamId stream) const { return clocks_[stream]; }
  StreamClock& clock(StreamId stream) { return clocks_[stream]; }

  // UTC of a raw time, or nothing where the stream is not mapped, that wall time does not exist in its zone, or the sum
  // is beyond what an instant can hold. Its precision is the stream's, or coarser where the mapping's uncertainty makes
  // the last digits meaningless.
  std::optional<Moment> utc(const Stream& stream, StreamId id, Ns raw) const;

 private:
  std::vector<StreamClock> clocks_;
};

// A raw yearless time (years counted from 2000) moved into real years, the first of which is `first_year`.
std::optional<Ns> with_year(Ns raw, int first_year);

}  // namespace inquest::model
