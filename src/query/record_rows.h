// A table out of records, one a row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/table.h"
#include "query/value.h"

namespace inquest::query {

// Columns are the records' fields, in the order in which they first appear; a record that lacks one has null there.
class RecordRows {
 public:
  // Malformed for what is no record, values that no column can hold, and a field of two types.
  Result<void> add(const Value& record);
  size_t rows() const { return rows_; }
  // The rows so far; none are left. Fields that were never more than a null of no known type are no columns.
  Table take(const GroupKey& key);

 private:
  struct Made {
    std::string label;
    std::optional<ColumnBuilder> values;  // nothing before the first value with a type
  };
  Made& place_of(size_t guess, std::string_view label);
  Result<void> put(Made& made, const Value& value);

  std::vector<Made> made_;
  size_t rows_ = 0;
};

}  // namespace inquest::query
