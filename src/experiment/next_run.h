// Which run to make next, and which settings were never tried.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/cell.h"
#include "experiment/condition.h"
#include "experiment/design.h"

namespace inquest::experiment {

struct Setting {
  std::vector<uint8_t> levels;  // of every factor
  double bits = 0;              // expected information about which explanation is right
  double failing = 0;           // probability that it fails, as things stand
  uint64_t runs = 0;            // that were made in it
};

struct NextRuns {
  std::vector<Setting> settings;  // all that were looked at, most informative first
  std::vector<Setting> missing;   // those without a run
  uint64_t missing_count = 0;     // of all settings, also of those that are too many to list
  bool partial = false;           // settings are too many: only those near failing ones were looked at
  std::string leading;            // the explanation that is likeliest now; empty: that nothing varied matters
  double leading_probability = 0;
};

// Explanations are all conjunctions of up to three levels, `found`, "makes no difference" and "each setting for
// itself"; the failure rates inside and outside of each are unknown, with beta priors. What a run would tell is the
// mutual information between its outcome and the explanation.
NextRuns next_runs(const Design& design, const std::vector<Cell>& cells, const std::vector<Condition>& found);

}  // namespace inquest::experiment
