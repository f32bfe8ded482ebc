// What outlived the kernel and names the kind of its death: the management controller's record, the processor's own
// banks, the chipset's reset reason.
#pragma once

#include <optional>
#include <string>

#include "reason/crashes.h"
#include "reason/death.h"

namespace inquest::reason {

struct OutsideWord {
  std::string incident_class;
  std::string verb;  // "lost power": for a title behind the host's name
  std::string text;  // a sentence for a reader: whose word it is, and what it says
  model::Citation cite;
};

// What a management controller recorded between the last sign of life and the next kernel's start, give or take a few
// minutes of its clock: power lost, a thermal trip, a watchdog's reset, an error that memory or processor could not
// correct. Nothing where it recorded none of these. Of several the first counts: what follows is its consequence.
std::optional<OutsideWord> controllers_word(const Scene& scene, const Death& death);

// What the next boot found at its start of the one before it: machine checks that the banks kept, or the chipset's
// reason for the reset.
std::optional<OutsideWord> next_boots_word(const Scene& scene, const Death& death);

}  // namespace inquest::reason
