// What a SELECT reads: the rows of the store that its sources and its condition leave, grouped by tags.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "query/context.h"
#include "query/influxql_condition.h"
#include "query/influxql_fields.h"
#include "query/influxql_result.h"
#include "query/influxql_syntax.h"
#include "query/table.h"
#include "store/store.h"

namespace inquest::query {

struct InfluxqlGroup {
  std::string measurement;
  std::vector<std::pair<std::string, std::string>> tags;  // those grouped by
  Table rows;                         // "time", then fields and tags that the statement names; sorted by time
  std::set<std::string> tag_columns;  // those of the columns that are tags
};

// Groups of these measurements in the order of measurement and tags, with those columns of them that are fields or
// tags. Limit where that were too much for the context.
Result<std::vector<InfluxqlGroup>> read_influxql(const InfluxqlStatement& statement, const InfluxqlSchemas& schemas,
                                                 const InfluxqlRead& read, const std::set<std::string>& wanted,
                                                 Context& context);

// The same of rows that an inner SELECT gave: its columns, and the tags that it grouped by.
Result<std::vector<InfluxqlGroup>> regroup_influxql(const InfluxqlStatement& statement,
                                                    const std::vector<InfluxqlSeries>& inner,
                                                    const InfluxqlSchema& schema, const std::set<std::string>& wanted);

// The fields and tags of the measurements that the statement's sources name; of all of them together; of an inner
// SELECT.
Result<InfluxqlSchemas> influxql_schemas(const InfluxqlStatement& statement, const InfluxqlRead& read,
                                         store::Store& store);
InfluxqlSchema influxql_schema(const InfluxqlSchemas& schemas);
InfluxqlSchema influxql_schema(const std::vector<InfluxqlSeries>& inner);

// The measurements that the sources of the statement name, sorted; all without sources.
Result<std::vector<std::string>> influxql_measurements(const InfluxqlStatement& statement, const std::string& bucket,
                                                       store::Store& store);

// Whether there is such a database, and such a policy of it: what a store calls a bucket. Malformed, worded as InfluxDB
// words it, where there is not.
Result<std::string> influxql_bucket(std::string_view database, std::string_view policy, store::Store& store);

}  // namespace inquest::query
