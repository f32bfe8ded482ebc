// Results of InfluxQL as InfluxDB 1 writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/column.h"

namespace inquest::query {

struct InfluxqlSeries {
  std::string name;  // empty: without one
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;  // as many cells as columns each
  std::string zone = {};                // whose clock times are written in; empty: UTC
};

struct InfluxqlResult {
  std::vector<InfluxqlSeries> series;
  std::string error;
};

struct InfluxqlForm {
  std::string_view epoch;
  bool pretty = false;
  size_t chunk_rows = 0;
};

// The body: one document, or with chunk_rows several, one a line.
std::string influxql_body(const std::vector<InfluxqlResult>& results, const InfluxqlForm& form);
// What a time is counted in: nanoseconds where it is no unit of InfluxDB's.
Ns influxql_unit(std::string_view epoch);
// {"error":"..."}
std::string influxql_error(std::string_view message, bool pretty);

}  // namespace inquest::query
