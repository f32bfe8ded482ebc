// What a plain CSV table of figures looks like, guessed from its first lines.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/sample_table.h"
#include "decode/sample_value.h"

namespace inquest::decode {

struct CsvShape {
  char separator = ',';
  NumberStyle style;
  std::vector<Column> columns;
  size_t first_row = 0;  // lines above the first row: hints for programs, comments, the header
  size_t time_column = 0;
  bool time_is_named = false;  // by a header, so that it is not just a number or text that happens to be one
};

// How many lines are enough.
inline constexpr size_t kShapeLines = 30;

// The shape of a table with a column of times and at least one of figures, most of whose rows are as wide as the first;
// nothing for all else, tables with sentences in them included: those are logs.
std::optional<CsvShape> csv_shape(std::span<const std::string_view> lines);

}  // namespace inquest::decode
