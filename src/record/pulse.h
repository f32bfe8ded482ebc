// The signs of life of one host, and what follows from their pace.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/cadence.h"
#include "record/sign_of_life.h"

namespace inquest::record {

// One source of signs.
struct PulseSource {
  std::string witness;
  std::string name;  // the measurement; empty: the witness as a whole
  std::string peer;
  Cadence cadence;            // of arrivals, on the steady clock
  Ns stated = 0;              // the newest of its own times, UTC; 0: it has none
  Ns step = 0;                // between its own times, which differs from the arrivals' pace where time is scaled
  Ns delay = 0;               // from its own time to its arrival where the clocks agree; else 0
  bool outlived = false;      // it stopped while the rest of its host went on
  bool reported = false;      // another host speaks
  std::string label() const;  // "telemetry telegraf/cpu", "syslog"
};

// What the pace of the fastest sources asks for, as durations since the last sign of life.
struct Patience {
  const PulseSource* fastest = nullptr;  // null: nothing of this host has a pace
  Ns late = 0;
  Ns plain = 0;
  Ns lost = 0;  // by then every witness is late
};

class Pulse {
 public:
  static constexpr size_t kMostSources = 256;  // of one host; more are counted as signs without a pace
  // A witness with a slow pace is waited for so long at most.
  static constexpr Ns kLongestWait = 5 * kMinute;

  // False where the sign is older than what was heard: it came late, and nothing follows but that it came.
  bool hear(const Sign& sign);
  // From here on the recorder listens again: what it did not hear before is no silence.
  void listen_from(Ns steady, Ns received);
  // To take over what was learned earlier: the source of that name, made if it is new. Null where there are too many.
  PulseSource* recall(std::string_view witness, std::string_view name);

  Ns last() const { return last_; }          // steady; 0: never
  Ns quiet_since() const;                    // the last sign, or since when it is listened for
  Ns last_instant() const { return life_; }  // UTC of the last sign of life, as the host's clock has it if it is known
  bool has_spoken() const { return last_ != 0; }
  // Whether the host has a pace of its own, besides what others, as by this sign, say of it.
  bool overrules(const Sign& reported);
  Patience patience() const;

  // Death, if it fell silent now for good: after its last sign, before the next one of the fastest source was due.
  Interval window() const;

  // Addresses that its paced sources come from, without repeats.
  std::vector<std::string> paths() const;
  const std::vector<PulseSource>& sources() const { return sources_; }

  void set_last_instant(Ns utc) { life_ = utc; }

 private:
  PulseSource* find(std::string_view witness, std::string_view name);
  void outlive(const Sign& sign);
  Ns instant_of(const Sign& sign) const;

  std::vector<PulseSource> sources_;
  size_t hint_ = 0;  // a batch brings its measurements in the same order again
  Ns last_ = 0;
  Ns life_ = 0;
  Ns listening_ = 0;           // steady
  Ns listening_received_ = 0;  // UTC
};

}  // namespace inquest::record
