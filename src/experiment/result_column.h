// Which column of a table says how the runs ended, and what each of its cells says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "experiment/design.h"
#include "experiment/table.h"
#include "experiment/words.h"

namespace inquest::experiment {

struct ResultColumn {
  size_t column = 0;
  std::string why;                           // how it was found: "its heading is one of results"
  std::string failure;                       // what the first failing cell calls it
  std::vector<std::optional<Count>> counts;  // one a row; nothing where the cell does not say
  std::vector<size_t> used;                  // further columns that were needed: how many runs a row stands for
  std::vector<std::string> doubts;
};

// "3/3 panics", "0 of 5", "2x ok, 1x panic", "✅✅❌": how many of how many failed, where a cell counts. `heading` says
// what is counted where the cell does not. Counts over a million are none.
std::optional<Count> count_in(std::string_view cell, Heading heading);

// Malformed where there is none, with the columns that could be named.
Result<ResultColumn> find_result(const Table& table, const Choice& choice);

// How clearly the table has a result column: 0 where it has none.
int result_score(const Table& table, const Choice& choice);

}  // namespace inquest::experiment
