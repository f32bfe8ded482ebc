// What a SELECT reads: the rows of the store that its sources and its condition leave, grouped by tags.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "query/influxql_syntax.h"
#include "query/table.h"
#include "store/store.h"

namespace inquest::query {

struct InfluxqlGroup {
  std::string measurement;
  std::vector<std::pair<std::string, std::string>> tags;  // those grouped by
  Table rows;  // "time", then fields and tags that the statement names; sorted by time
};

struct InfluxqlRead {
  std::string bucket;
  Ns from = 0;  // of the condition on time
  Ns to = 0;    // exclusive
  bool from_given = false;
  bool to_given = false;
};

// The bounds that the condition sets on time: conjuncts that compare `time` with a constant.
Result<InfluxqlRead> influxql_bounds(const InfluxqlStatement& statement, Ns now);

// Names that the statement's expressions and condition mention.
std::set<std::string> influxql_names(const InfluxqlStatement& statement);

// Groups in the order of measurement and tags. `wanted` are the columns; empty: all fields and all tags that are not
// grouped by, sorted by name. Limit where more than `most_rows` rows would be read.
Result<std::vector<InfluxqlGroup>> read_influxql(const InfluxqlStatement& statement, const InfluxqlRead& read,
                                                 const std::set<std::string>& wanted, size_t most_rows,
                                                 store::Store& store);

// The measurements that the sources of the statement name, sorted; all without sources.
Result<std::vector<std::string>> influxql_measurements(const InfluxqlStatement& statement, const std::string& bucket,
                                                       store::Store& store);

// Conjuncts on what are tags as selections; the rest of the condition is not looked at.
void narrow_by_tags(const InfluxqlExpression* condition, const std::set<std::string>& fields,
                    store::Selection& selection);

}  // namespace inquest::query
