// How often a flaky test has to be run: until it is clear enough, and no longer.
#pragma once

#include <cstddef>
#include <optional>

#include "experiment/delta.h"
#include "experiment/design.h"

namespace inquest::experiment {

// Wald's sequential probability ratio test between the failure rates of a good and of a bad configuration, wrong once
// in 20 times either way. (A. Wald: Sequential Tests of Statistical Hypotheses, 1945.)
class SequentialTest {
 public:
  // Of what was seen in the good and the bad configuration; at most so many runs, at least one.
  SequentialTest(const Count& good, const Count& bad, size_t most);

  // A run ended so. Gives the verdict once there is one.
  std::optional<Verdict> add(bool failed);
  // The verdict came of the limit on runs, not of the evidence.
  bool unsure() const { return unsure_; }

 private:
  double if_failed_;  // what a failing run adds to the log-odds of a bad configuration
  double if_clean_;
  double odds_ = 0;
  size_t left_;
  bool unsure_ = false;
};

}  // namespace inquest::experiment
