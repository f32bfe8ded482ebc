// The death of a host: between which boots it lies, who witnessed it, and the window that their words leave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/case.h"
#include "model/coverage.h"
#include "model/inquiry.h"
#include "reason/boots.h"
#include "reason/names.h"
#include "reason/presence.h"

namespace inquest::reason {

// Everything the inquiry works with once clocks and boots are known. References outlive what is made of it.
struct Scene {
  const model::Case& the_case;
  const Names& names;
  const std::vector<Presence>& presences;
  const std::vector<BootTrack>& boots;
  const std::vector<model::Coverage>& coverage;
  std::optional<Instant> at;  // about when the death is said to have been
};

// What became of a host that was lost, or of a boot that ended.
enum class Fate : uint8_t {
  Died,
  Forced,    // shut down in order because heat or power left no choice
  Orderly,   // shut down or rebooted in order, and missed by somebody
  Alive,     // its own log goes on: it could not be reached
  Unbooted,  // its boot stopped before it was up: failed_boot.h
  Survived,  // its kernel reported trouble, and went on, or its log ends there: near_death.h
};

// One death: after the start of `boot` and before the start of `next`, either of which may be unknown (null).
struct Death {
  model::StrId host = 0;
  const BootTrack* boot = nullptr;
  const BootTrack* next = nullptr;
  Fate fate = Fate::Died;

  std::optional<model::Moment> after;   // the last sign of life
  std::optional<model::Moment> before;  // the first silence that means something
  std::optional<model::Moment> reset;   // the start of the next kernel
  std::string text;                     // how the window comes about
  std::vector<model::Citation> cites;
  std::vector<model::Witness> witnesses;
  std::vector<model::Contradiction> contradictions;

  const model::Landmark* panic = nullptr;               // its own words, if it had any
  const model::Landmark* peer_lost = nullptr;           // the first peer's report of losing it
  std::vector<const model::Observation*> observations;  // what a person noted about it
  bool network_silent = false;                          // network witnesses fell silent
  std::vector<const model::Crash*> troubles;            // what it survived, in order; empty for any other fate
  model::EventId stopped_at = model::kNoEvent;          // the words with which its boot stopped; of no other fate
  Ns outlived = 0;                                      // how long its log goes on behind them; 0: it does not

  // How long it was silent before the next kernel: to the first word of that kernel, which is what is known to the
  // second. Nothing where either end is not known.
  std::optional<Ns> silence() const;
  // Whether an instant lies between the two boots, as far as they are known.
  bool in_range(Ns utc) const;
};

// The UPS's last word on power, or the thermal alarm, shortly before a time on UTC; null where there is none. Heat is
// the host's own; power is shared by what stands in one room, so any host's UPS counts.
const model::Landmark* power_alarm(const Scene& scene, Ns before);
const model::Landmark* thermal_alarm(const BootTrack& boot);

// Whether a person (or a file that holds what a screen showed) tells of a panic on the screen.
bool shows_panic(const model::Observation& seen);

// The deaths in a case: boots that end in a panic or break off; hosts that figures show silent until a later boot;
// hosts that peers or a person saw die. An orderly end is none, and neither is a log that merely ends.
std::vector<Death> find_deaths(const Scene& scene);

}  // namespace inquest::reason
