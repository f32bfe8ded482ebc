// An analysis in a few sentences, for those who have other things to tell as well.
#pragma once

#include <string>

#include "experiment/analysis.h"

namespace inquest::experiment {

struct Summary {
  std::string answer;  // "Kernel panic only with disk=20G and serial=no (1 of 1 runs, and 0 of 3 without)."
  std::string doubts;  // what the runs do not show: alternatives, contradictions, settings never run, p
  std::string next;    // "Run next: disk=2G, serial=yes."; empty: nothing would tell much
};

// Empty where the runs show no condition. Of the runs as a whole; rows are numbered from 1.
Summary summarise(const Analysis& analysis);

}  // namespace inquest::experiment
