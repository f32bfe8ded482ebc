// Results of a query for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "query/annotated_csv.h"

namespace inquest::app {

// A block for each table: its result and group key in one line, the other columns below each other in rows.
std::string query_as_text(const std::vector<query::NamedTables>& results);

// {"schema": 1, "results": [{"name", "tables": [{"group": {...}, "columns": [{"name", "type"}], "rows": [[...]]}]}]}.
// Times are RFC 3339; integers beyond 53 bits stay integers; NaN and infinities are strings.
std::string query_as_json(const std::vector<query::NamedTables>& results);

}  // namespace inquest::app
