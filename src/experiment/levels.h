// The levels of one column: words that mean the same, numbers with units, switches, spans of a measured number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/design.h"
#include "experiment/table.h"

namespace inquest::experiment {

struct ColumnLevels {
  Factor factor;
  std::vector<uint8_t> of_row;  // one for each of `rows`
  std::string how;              // "2 values", "a number, cut at 71.5"
  std::string left_out;         // why it can be no factor; empty: it can
  bool identifies = false;      // each row has a value of its own
  std::string note;             // something to tell
};

// "20G", "~2 GiB", "11,54 %", "1.5": a number, with its unit as a factor (k, M, G, T of bytes by 1024, ms, s, min, h)
// where that makes values comparable. Nothing where more stands there.
struct Quantity {
  double value = 0;
  std::string unit;
};
std::optional<Quantity> quantity_of(std::string_view cell);

// Of these rows (indices into the table's), which ended so (`counts`, one for each row of the table). Numbers of many
// values are cut where it parts failing from clean runs best; `cuts_tried` then says how often one looked.
ColumnLevels read_levels(const Table& table, size_t column, const std::vector<size_t>& rows,
                         const std::vector<std::optional<Count>>& counts);

}  // namespace inquest::experiment
