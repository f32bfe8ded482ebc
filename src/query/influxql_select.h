// Answers one SELECT of InfluxQL.
#pragma once

#include <vector>

#include "base/error.h"
#include "query/influxql.h"
#include "query/influxql_result.h"
#include "query/influxql_syntax.h"

namespace inquest::query {

// Wildcards of the statement are spelled out on the way. Malformed, worded as InfluxDB words it, for what does not go
// together; Limit for what looks at too much.
Result<std::vector<InfluxqlSeries>> select_influxql(InfluxqlStatement& statement, const InfluxqlRequest& request,
                                                    Context& context);

}  // namespace inquest::query
