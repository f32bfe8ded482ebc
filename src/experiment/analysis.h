// What a table of runs shows, and what it does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/cell.h"
#include "experiment/condition.h"
#include "experiment/contrast.h"
#include "experiment/design.h"
#include "experiment/next_run.h"
#include "experiment/reversal.h"
#include "experiment/statistics.h"
#include "experiment/table.h"

namespace inquest::experiment {

struct FactorTest {
  size_t factor = 0;
  TestResult test;
  double adjusted = 1;  // for the number of factors (Holm), and of cuts that were tried
  size_t worst = 0;     // the level that fails most often
};

// A claim that comes to mind and does not hold: the level alone makes it fail.
struct ContradictedClaim {
  Literal literal;
  std::vector<size_t> rows;  // in which it holds, and which are clean
  std::vector<size_t>
      same_rows;  // of these: another wording of the same value ("20G (resized later)"), nothing else differs
};

struct Analysis {
  Design design;
  std::vector<Cell> cells;
  bool noisy = false;            // outcomes are noise around rates: conditions part high from low rates
  Conditions conditions;         // minimal sufficient for failing
  std::vector<Condition> clean;  // what sufficed to stay clean, most runs first
  double condition_p =
      1;  // Fisher's test of the chosen conditions against the rest; optimistic, as they were chosen on these runs
  Count inside, outside;           // of the chosen conditions
  std::vector<Literal> necessary;  // held in every failing run, and not in every run
  std::vector<FactorTest> tests;   // one a factor, in their order
  std::vector<size_t> associated;  // factors whose test gives p < 0.05
  std::vector<RedHerring> red_herrings;
  std::vector<DecisivePair> decisive;
  std::vector<ContradictedClaim> contradicted;
  std::vector<std::vector<size_t>> confounded;
  std::vector<ContradictoryRows> contradictory;
  std::vector<Reversal> reversals;
  NextRuns next;
  std::optional<uint64_t> clean_runs_needed;  // after a change that is meant to be the fix
};

Analysis analyse(Design design);
// Reads the table first: Malformed where no column says how the runs ended.
Result<Analysis> analyse(const Table& table, const Choice& choice = {});

}  // namespace inquest::experiment
