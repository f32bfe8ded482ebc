// The time column of figures: what databases and spreadsheets print, many millions of times over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// A time on one of two clocks: UTC, or civil time of an unnamed zone, read as if it were UTC.
struct SampleTime {
  Ns ns = 0;
  bool utc = true;
  // The coarsest unit that the time is a multiple of, seconds at most: databases print nine digits of what came in
  // seconds.
  Precision precision = Precision::Second;
};

// Reads one time after the other; rows of one minute are read faster. Per reader.
class SampleTimeParser {
 public:
  // The whole text as a time: "2026-02-09T15:54:50.5Z", "2026-02-09 15:54:50+01:00", "2026-02-09 15:54:50" (no zone),
  // "2026-02-09 15:54" (no zone, to the minute), "2026-02-09" (to the day), or a count since 1970, whose unit its size
  // tells: 10 digits before the point are seconds, 13 ms, 16 us, 19 ns. Nothing for all else.
  std::optional<SampleTime> parse(std::string_view text);

 private:
  std::optional<SampleTime> parse_anew(std::string_view text);

  std::string minute_ = "1970-01-01T00:00:";  // of the last time
  std::string zone_;                          // behind it: "Z", "+01:00" or nothing
  Ns base_ = 0;                               // what the two stand for
  bool utc_ = false;
};

// The count since 1970 alone.
std::optional<SampleTime> parse_epoch(std::string_view text);

}  // namespace inquest::decode
