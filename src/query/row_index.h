// Finds rows by the values of some of their columns.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "query/table.h"

namespace inquest::query {

// The values of those columns in a row, as one text: equal values have equal texts. Nothing stands for a column that
// the table lacks but null. `null_found` is set where one of them is null.
std::string identity_of(const Table& table, std::span<const std::string> labels, size_t row, bool* null_found);

// Rows of a table by their values in those columns; rows with a null among them are not found.
class RowIndex {
 public:
  RowIndex(const Table& table, std::span<const std::string> labels);
  // Ascending; empty where there are none.
  std::span<const uint32_t> find(const std::string& identity) const;

 private:
  std::unordered_map<std::string, std::vector<uint32_t>> rows_;
};

}  // namespace inquest::query
