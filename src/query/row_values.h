// Between tables and expressions: cells as values, rows as records.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "query/table.h"
#include "query/value.h"

namespace inquest::query {

Type value_type(ColumnType type);
// Nothing for what no cell can hold.
std::optional<ColumnType> column_type(Type type);

Value to_value(const Cell& cell);
// Nothing for what no cell can hold, a null of no known type among it.
std::optional<Cell> to_cell(const Value& value);
// A value of the column's type, or null; false for all else.
bool append_value(ColumnBuilder& column, const Value& value);

// The rows of one table as records that functions are called with. Texts are made once for each different string, not
// for each row.
class RowValues {
 public:
  // The table must outlive it.
  explicit RowValues(const Table& table);

  Value record(size_t row);
  Value value(size_t column, size_t row);

 private:
  struct Source {
    const Column* column;
    std::vector<std::optional<Text>>* texts;  // of strings, by their place in the dictionary
    std::optional<Value> constant;
  };
  const Table& table_;
  std::vector<Text> labels_;
  std::vector<Source> sources_;
  std::unordered_map<const void*, std::unique_ptr<std::vector<std::optional<Text>>>> texts_;
};

// The group key as a record.
Value key_record(const GroupKey& key);

}  // namespace inquest::query
