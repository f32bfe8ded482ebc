// Results of InfluxQL as InfluxDB 1 writes them for who accepts CSV:
//
//     name,tags,time,mean
//     cpu,host=a,1700000000000000000,1.5
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/influxql_result.h"

namespace inquest::query {

// A header and rows for each statement that has rows, with an empty line between them; times are numbers in the unit of
// `epoch`, nanoseconds without one. What went wrong in a statement is not in it.
std::string influxql_csv(const std::vector<InfluxqlResult>& results, std::string_view epoch);
// Instead of results.
std::string influxql_csv_error(std::string_view message);

}  // namespace inquest::query
