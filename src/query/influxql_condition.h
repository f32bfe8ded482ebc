// What WHERE says: bounds on time, tags that the store can choose by, and conditions on rows.
#pragma once

#include <set>
#include <string>

#include "base/error.h"
#include "query/influxql_syntax.h"
#include "query/table.h"
#include "store/store.h"

namespace inquest::query {

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
void add_influxql_names(const InfluxqlExpression& expression, std::set<std::string>& out);

// Conjuncts on what are tags as selections; the rest of the condition is not looked at.
void narrow_by_tags(const InfluxqlExpression* condition, const std::set<std::string>& fields,
                    store::Selection& selection);

// Leaves in `rows` those for which the statement's condition holds. What is about time is not looked at again.
Result<void> keep_influxql_where(const InfluxqlStatement& statement, const std::set<std::string>& fields, Table& rows);

}  // namespace inquest::query
