// Of which type an expression is, before a row is read.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "query/column.h"
#include "query/influxql_expression.h"

namespace inquest::query {

// What the statement's sources have, all together.
struct InfluxqlSchema {
  std::map<std::string, ColumnType> fields;
  std::set<std::string> tags;
};

// What holds values, in the words of InfluxDB: "float", "integer".
std::string_view influxql_type_name(ColumnType type);

// "float", "tag"; empty where it is not known before the rows are. Malformed, worded as InfluxDB words it, for
// operators whose sides do not go together.
Result<std::string> influxql_type(const InfluxqlExpression& expression, const InfluxqlSchema& schema);

}  // namespace inquest::query
