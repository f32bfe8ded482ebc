// What a sender's wall clock means that says neither its zone nor, perhaps, its year.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "base/zone.h"

namespace inquest::record {

// Syslog's old form ("Feb  9 07:55:07") is local time. Where the zone is not configured it is taken from the difference
// to the recorder's clock, in quarters of an hour: a message is sent when it is written, as a rule. One that was queued
// for hours is told by the messages around it. One for each sender; not thread-safe.
class SenderClock {
 public:
  struct Meaning {
    Ns utc = 0;
    std::optional<Ns> offset;  // local minus UTC, where it was assumed
  };

  // `civil` is read as UTC. Without `zone`, the offset is found as above.
  Meaning utc(Ns civil, Ns received, const Zone* zone);

  // The civil time, of which only the year is wrong, in the year that brings it nearest to `received`; a day that no
  // such year has (29 February) is the day after.
  static Ns with_year(Ns civil, Ns received);

 private:
  std::optional<Ns> offset_;
  std::optional<Ns> other_;  // what messages say lately that do not agree with it
  uint32_t agreeing_ = 0;    // how many of them, in a row
  Ns since_ = 0;             // since when
};

}  // namespace inquest::record
