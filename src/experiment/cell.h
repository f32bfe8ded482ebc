// Runs with the same levels of all factors, taken together.
#pragma once

#include <cstdint>
#include <vector>

#include "experiment/design.h"

namespace inquest::experiment {

struct Cell {
  std::vector<uint8_t> levels;
  Count count;
  std::vector<size_t> runs;  // indices into the design's runs, in the table's order
};

// In the order in which they first appear.
std::vector<Cell> cells_of(const Design& design);

}  // namespace inquest::experiment
