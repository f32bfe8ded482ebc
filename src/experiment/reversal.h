// Reversal designs (A-B-A): the strongest evidence that a few runs can give, because what changes with time does not
// change back.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "experiment/design.h"

namespace inquest::experiment {

// Consecutive phases in which one factor alone went to and fro, and the outcome with it.
struct Reversal {
  size_t factor = 0;
  struct Phase {
    size_t first_row = 0;
    size_t last_row = 0;
    uint8_t level = 0;
    bool fails = false;
  };
  std::vector<Phase> phases;  // three or more
};

// Reads the rows as if they stood in the order in which they were run. Longest first.
std::vector<Reversal> find_reversals(const Design& design);

}  // namespace inquest::experiment
