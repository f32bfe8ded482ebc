// The columns that a SELECT names: wildcards spelled out, calls checked, and what each is called.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "query/column.h"
#include "query/influxql_syntax.h"
#include "query/influxql_type.h"

namespace inquest::query {

// What each measurement has; empty where there is no such one.
using InfluxqlSchemas = std::map<std::string, InfluxqlSchema>;

// How a SELECT makes its rows.
struct InfluxqlShape {
  bool aggregated = false;                      // by calls over many rows
  const InfluxqlExpression* chooser = nullptr;  // the one selector, where other columns come from the rows it chooses
  size_t calls = 0;                             // over many rows
};

// Wildcards and regular expressions among the fields become the fields and tags that they stand for, without those
// that are grouped by; every field gets the name of its column as its alias.
Result<void> expand_influxql(InfluxqlStatement& statement, const InfluxqlSchema& schema);

// Of a statement that was expanded. Malformed, worded as InfluxDB words it, for calls that do not exist, have wrong
// arguments or do not go together.
Result<InfluxqlShape> influxql_shape(const InfluxqlStatement& statement);

}  // namespace inquest::query
