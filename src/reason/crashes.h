// The crash reports that belong to a boot, each once, however many logs kept it.
#pragma once

#include <optional>
#include <vector>

#include "model/case.h"
#include "model/inquiry.h"
#include "reason/boots.h"
#include "reason/death.h"

namespace inquest::reason {

struct BootCrash {
  const model::Crash* report = nullptr;  // the copy that says most
  std::vector<const model::Crash*> copies;
  std::optional<model::Moment> when;  // its first line

  bool contains(const model::Crash* copy) const;
};

// In the order of time, as far as it is known, else of the evidence. Empty where no log of the boot holds one.
std::vector<BootCrash> crashes_of(const model::Case& the_case, const BootTrack& boot);

// As well those of a death's host that stand in a log of no boot, and in time between the two boots: a netconsole's or
// a syslog server's copy that begins in the middle.
std::vector<BootCrash> crashes_of(const Scene& scene, const Death& death);

// The report that the panic at `panic` followed from, or is part of: the first of the chain that led there, where the
// log of the panic shows one, else the first fatal one of the boot. Null where no report is known.
const BootCrash* root_of_panic(const model::Case& the_case, const std::vector<BootCrash>& crashes,
                               const model::Landmark& panic);

// As reports show them: those that count first, the boot's own before what it says of the one before it.
std::vector<model::CrashReport> describe(const model::Case& the_case, const std::vector<BootCrash>& crashes);

}  // namespace inquest::reason
