// What runs show that differ in one factor alone: the only controlled comparisons a table has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/cell.h"
#include "experiment/condition.h"
#include "experiment/design.h"

namespace inquest::experiment {

// Two rows that differ in this factor alone; one failed and one did not.
struct DecisivePair {
  size_t factor = 0;
  size_t failing_row = 0;
  size_t clean_row = 0;
};

// A factor that may vary without a difference.
struct RedHerring {
  size_t factor = 0;
  size_t contexts = 0;          // settings of the others in which it was varied
  size_t failing_contexts = 0;  // in which the runs failed whatever it was
  size_t failing_row = 0;       // two rows of such a setting
  size_t other_row = 0;
  bool by_rate = false;  // by the rates of many runs instead
};

// Rows with the same levels that ended differently.
struct ContradictoryRows {
  size_t cell = 0;
  std::vector<size_t> rows;
};

// For each factor the pair with the most runs behind it, if there is one.
std::vector<DecisivePair> decisive_pairs(const Design& design, const std::vector<Cell>& cells);

// Factors outside of every condition that the data supports as such: varied alone in at least two settings, in at least
// one of which the runs failed all the same, and in none with a difference. Where cells are too many for that, or
// noisy: rates that differ by less than 20 percentage points (95 % interval) among the runs in which a condition holds,
// 20 at least a level.
std::vector<RedHerring> red_herrings(const Design& design, const std::vector<Cell>& cells,
                                     const std::vector<Condition>& conditions, bool noisy);

std::vector<ContradictoryRows> contradictory_rows(const Design& design, const std::vector<Cell>& cells);

// Factors (at least two together) that never varied one without the other.
std::vector<std::vector<size_t>> confounded_factors(const Design& design);

}  // namespace inquest::experiment
