// Years for dates that come without one.
#pragma once

#include <optional>

#include "base/time.h"

namespace inquest::decode {

// Gives raw times to the stamps of one stream whose dates have no year: the first is of the year 2000, and where the
// date falls back by more than half a year, the next one has begun (model::Stream::yearless).
class YearCounter {
 public:
  // `in_2000` is the date as one of 2000. Nothing for 29 February in a year that is counted as one without it: the
  // caller opens another stream, which counts anew.
  std::optional<Ns> raw(Ns in_2000);

 private:
  int year_ = 2000;
  std::optional<Ns> last_;
};

}  // namespace inquest::decode
