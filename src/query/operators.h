// Arithmetic and comparisons of single values.
#pragma once

#include "base/error.h"
#include "query/syntax.h"
#include "query/value.h"

namespace inquest::query {

// Null where an operand is null. Integers wrap; a division of integers by 0 is an error, and so are types that Flux
// does not let meet: "cannot add int and float". Errors have no place.
Result<Value> apply(Operator op, const Value& left, const Value& right);
Result<Value> apply_minus(const Value& operand);

}  // namespace inquest::query
