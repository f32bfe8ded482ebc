// Expressions over the fields of a row, computed for all rows of a table at once.
#pragma once

#include <optional>

#include "query/interpreter.h"
#include "query/table.h"

namespace inquest::query {

// A value for each row, or one for all that no column can hold.
struct Vector {
  Column column;
  std::optional<Value> single;  // a regular expression, or a null of no known type: for every row
};

class VectorExpression {
 public:
  // The literal's parameter of that slot is the row. All must outlive this.
  VectorExpression(const Closure& closure, uint32_t row_slot, const Table& table)
      : closure_(closure), row_slot_(row_slot), table_(table) {}

  // Nothing where the expression is of a kind that is computed row by row, or where a row fails: the row by row
  // computation then says which error it is, or that the row is never asked for.
  std::optional<Vector> compute(const Expression& expression) const;
  // Whether the expression is the row itself, as in `{r with ...}`.
  bool is_row(const Expression& expression) const;

 private:
  std::optional<Vector> binary(const Expression& expression) const;
  std::optional<Vector> logical(const Expression& expression) const;
  std::optional<Vector> conditional(const Expression& expression) const;
  std::optional<Vector> constant(const Value& value) const;

  const Closure& closure_;
  uint32_t row_slot_;
  const Table& table_;
};

}  // namespace inquest::query
