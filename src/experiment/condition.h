// What it takes for a run to fail: conjunctions of factors' levels, as in qualitative comparative analysis.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/cell.h"
#include "experiment/design.h"

namespace inquest::experiment {

struct Literal {
  size_t factor = 0;
  Levels levels = 0;  // any of these

  bool operator==(const Literal&) const = default;
};

struct Condition {
  std::vector<Literal> all;       // in the order of the factors
  Count inside;                   // of the runs in which it holds
  std::vector<uint32_t> covered;  // indices of failing cells in which it holds, rising
  bool essential = false;         // the only one that explains some failing cell

  bool holds(const std::vector<uint8_t>& levels) const;
  // "disk=20G", "serial=no"
  std::vector<std::string> texts(const Design& design) const;
};

struct Conditions {
  std::vector<Condition> all;  // most failures explained first
  std::vector<size_t> chosen;  // indices of a smallest choice found that explains every failing cell
  bool cut = false;            // the search was given up before all were seen
  size_t left_out = 0;         // conditions over the most that are kept
};

// The prime implicants: every smallest conjunction of levels that holds in a run of `positive` cells and in none of the
// others (Quine and McCluskey, for factors of several levels: Cronqvist's multi-value QCA). What was never run is free
// to be either. Levels of an ordered factor are joined where that explains more failures ("ram>=8G"). Conditions that
// explain a part of what a simpler one explains are left out. Cells may be empty; a table of which all cells are
// positive has no condition.
Conditions find_conditions(const Design& design, const std::vector<Cell>& cells, const std::vector<bool>& positive);

// The runs in which none of these holds.
Count outside(const std::vector<Cell>& cells, const std::vector<Condition>& conditions);

}  // namespace inquest::experiment
