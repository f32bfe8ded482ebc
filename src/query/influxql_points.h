// Figures that InfluxQL's functions make of a series' rows.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/influxql_syntax.h"
#include "query/table.h"

namespace inquest::query {

struct InfluxqlPoint {
  Ns time = 0;
  Cell value;
  size_t place = 0;           // tells points of one time apart: the row of a field's own value, else counted from 0
  std::optional<size_t> row;  // that a selector chose
};
using InfluxqlPoints = std::vector<InfluxqlPoint>;

// The intervals that GROUP BY time() cuts, or one of all rows.
struct InfluxqlBuckets {
  Ns first = 0;  // where the first begins; the time of a figure over all rows
  Ns every = 0;  // 0: one for all
  size_t count = 1;
  bool own_times = false;     // a selector over all rows says when its value was: where it is the only function
  bool newest_first = false;  // what looks back on a value before looks at a later one

  Ns start(size_t bucket) const { return first + static_cast<Ns>(bucket) * every; }
  size_t of(Ns time) const { return every == 0 ? 0 : static_cast<size_t>((time - first) / every); }
};

// How rows without figures are filled: of the statement that asks.
struct InfluxqlFill {
  InfluxqlStatement::Fill kind = InfluxqlStatement::Fill::Null;
  bool given = false;
  double number = 0;
};

// Evaluates one expression of SELECT over rows, which are sorted by the column "time".
class InfluxqlEvaluation {
 public:
  InfluxqlEvaluation(const Table& rows, const InfluxqlBuckets& buckets, const InfluxqlFill& fill, Context& context)
      : rows_(rows), buckets_(buckets), fill_(fill), context_(context) {}

  // Points in the order of their times, or the other way round with newest_first; values may be null. Malformed for
  // functions that are not known, or wrong arguments.
  Result<InfluxqlPoints> of(const InfluxqlExpression& expression) const;

 private:
  Result<InfluxqlPoints> call(const InfluxqlExpression& call) const;
  Result<InfluxqlPoints> aggregate(const InfluxqlExpression& call) const;
  void figures(const InfluxqlExpression& call, const Column& column, size_t begin, size_t end, Ns time,
               InfluxqlPoints& out) const;
  Result<InfluxqlPoints> transform(const InfluxqlExpression& call) const;
  Result<InfluxqlPoints> forecasted(const InfluxqlExpression& call) const;
  // What an operator, or a function of two numbers, makes of two sides, either of which may be a number.
  Result<InfluxqlPoints> paired(const InfluxqlExpression& expression) const;
  void fill(InfluxqlPoints& points, bool is_count) const;

  const Table& rows_;
  const InfluxqlBuckets& buckets_;
  const InfluxqlFill& fill_;
  Context& context_;
};

// Whether the function makes one figure of many rows (a selector: by choosing one of them), of each row and those
// before it one, or of each number one; or goes on as they went.
bool is_influxql_aggregate(std::string_view name);
bool is_influxql_forecast(std::string_view name);
bool is_influxql_selector(std::string_view name);
bool is_influxql_transform(std::string_view name);
bool is_influxql_number_function(std::string_view name);

// `a op b` of numbers and integers; null where one is null, and for a division by zero.
Cell influxql_arithmetic(std::string_view op, const Cell& a, const Cell& b);

}  // namespace inquest::query
