// What a table of runs means: which columns are factors, with which levels, and how each run ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "experiment/table.h"

namespace inquest::experiment {

// So many of so many runs failed.
struct Count {
  uint64_t failures = 0;
  uint64_t runs = 0;

  // The share that failed; 0 without a run.
  double rate() const { return runs == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(runs); }
  void add(const Count& other) {
    failures += other.failures;
    runs += other.runs;
  }
};

// A set of levels of one factor, one bit each.
using Levels = uint64_t;
inline constexpr size_t kMostLevels = 60;
inline constexpr size_t kMostFactors = 60;

struct Factor {
  std::string name;
  std::vector<std::string> levels;  // as the table spells them first, lowest first where `ordered`
  bool ordered = false;             // numbers: "at least 8G" can be said of them
  size_t cuts_tried = 0;            // levels are spans of a number, chosen among so many cuts by how the runs ended

  // "2G|20G" of a set of levels, ">=8G" where the factor is ordered; with the name before: "disk=2G", "ram>=8G".
  std::string text(Levels set) const;
};

// One row of the table.
struct Run {
  std::vector<uint8_t> levels;  // an index into each factor's levels
  Count count;
  size_t row = 0;   // one-based, without the header
  size_t line = 0;  // in the file
};

// How a column was understood, for the reader to object to.
struct ColumnUse {
  std::string name;
  std::string use;  // "factor", "outcome", "left out", ...
  std::string why;
};

struct Design {
  std::vector<Factor> factors;
  std::vector<Run> runs;
  std::vector<ColumnUse> columns;
  std::vector<std::string> constants;  // "kernel=6.8": columns that never varied
  std::string outcome;                 // the column's name
  std::string outcome_why;             // how it was found
  std::string failure;                 // what failing is called: "Kernel Panic"
  std::vector<std::string> notes;      // rows left out, doubts

  Count total() const;
  // "disk=20G, serial=no"
  std::string cell_text(const std::vector<uint8_t>& levels) const;
};

// What the caller knows better than a guess.
struct Choice {
  std::string outcome;               // the column's name; empty: guessed
  std::vector<std::string> failing;  // values of the outcome that are failures; empty: read off the words
  std::vector<std::string> ignored;  // columns that are no factors
};

// Reads the table so. Malformed, with what to do, where no column says how the runs ended.
Result<Design> read_design(const Table& table, const Choice& choice = {});

// Which of the tables is the most likely one of runs: the first of those with a clear outcome and most rows.
size_t best_table(const std::vector<Table>& tables, const Choice& choice = {});

}  // namespace inquest::experiment
