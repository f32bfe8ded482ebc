// Functions of a row, `(r) => ...`, over all rows of a table at once where that is possible.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "query/function.h"
#include "query/interpreter.h"
#include "query/table.h"

namespace inquest::query {

// A function that is called with rows. Literals of comparisons, arithmetic, logic, `exists`, conditionals and regular
// expressions over fields are computed column by column; all else is called row by row.
class RowFunction {
 public:
  // The function and the places it reports belong to the call and must outlive this.
  RowFunction(const Call& call, const Function& function, std::string_view parameter = "r");

  // The rows for which the function is true; null counts as false.
  Result<std::vector<uint32_t>> rows_where(const Table& table) const;
  // Columns out of the records that the function gives, in the order in which their fields first appear. A field that
  // is never more than a null of no known type makes no column.
  Result<std::vector<NamedColumn>> records(const Table& table) const;
  // The function's value for one row.
  Result<Value> value(const Table& table, size_t row) const;

 private:
  const Call& call_;
  const Function& function_;
  std::string parameter_;
  const Closure* closure_;
};

}  // namespace inquest::query
