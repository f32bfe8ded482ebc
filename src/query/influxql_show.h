// What a store holds, as InfluxQL's SHOW lists it; and CREATE, which names new buckets.
#pragma once

#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/influxql.h"
#include "query/influxql_result.h"
#include "query/influxql_syntax.h"

namespace inquest::query {

// Answers a statement of any kind but Select. The context's store must be there. Malformed, worded as InfluxDB words
// it, for a database that is not there.
Result<std::vector<InfluxqlSeries>> show_influxql(const InfluxqlStatement& statement, const InfluxqlRequest& request,
                                                  Context& context);

}  // namespace inquest::query
