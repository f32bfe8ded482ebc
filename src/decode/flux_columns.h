// What the columns of a Flux result are: the same, whether it is printed as CSV or as a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/sample_table.h"

namespace inquest::decode {

enum class FluxType : uint8_t { Unknown, Number, Boolean, Time, String, Other };

// Of "double", "long", "dateTime:RFC3339" (annotated CSV), "float", "int", "time" (printed tables).
FluxType flux_type(std::string_view name);

struct FluxColumn {
  std::string name;
  FluxType type = FluxType::Unknown;
  bool in_key = false;  // of the group key
  std::string fallback;
};

// The roles of all columns of one table. With a _value, _field names its field and other columns are tags. Without, the
// table is pivoted: each column of figures is a field; columns of text are tags, or if the group key has columns of
// text besides _measurement, only those.
std::vector<Column> sample_columns(const std::vector<FluxColumn>& columns);

}  // namespace inquest::decode
