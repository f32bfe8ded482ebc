// Figures over the values of a column: what Flux's aggregates compute, here for windows too.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "query/column.h"
#include "query/duration.h"

namespace inquest::query {

enum class AggregateKind : uint8_t {
  Count,  // of rows, nulls among them
  Sum,
  Mean,
  Spread,  // greatest minus smallest
  StddevSample,
  StddevPopulation,
  Skew,
  QuantileExact,     // the mean of the two values next to it, weighed
  QuantileEstimate,  // t-digest
};

struct Aggregate {
  AggregateKind kind = AggregateKind::Count;
  double quantile = 0.5;
  double compression = 0;  // of a t-digest; 0: 1,000

  // Of rows [begin, end): nulls are left out, and the value of none is null (but a count is 0). Malformed where it is
  // not defined for the column's type.
  Result<Cell> of(const Column& column, size_t begin, size_t end) const;
  ColumnType result_type(ColumnType of) const;
};

// "mean" and its like, for those that need no further argument; nothing for other names.
std::optional<Aggregate> find_aggregate(std::string_view name);

// The row that a selector takes out of [begin, end): "first", "last", "min", "max"; nothing where all are null.
enum class SelectorKind : uint8_t { First, Last, Min, Max };
std::optional<SelectorKind> find_selector(std::string_view name);
// Malformed where the column's type has no order that the selector knows.
Result<std::optional<size_t>> select_row(SelectorKind kind, const Column& column, size_t begin, size_t end);

// Length in nanoseconds, a month being a twelfth of 365.25 days: where Flux needs one number.
double nominal_ns(Duration duration);

}  // namespace inquest::query
