// Flux's tables: columns of one length, and the group key, the columns whose value is the same in every row.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/column.h"

namespace inquest::query {

// The columns that a table is grouped by, with their values, in the order in which they were named. Keys are equal
// where they have the same columns with the same values, in whatever order.
class GroupKey {
 public:
  struct Part {
    std::string label;
    Cell value;
  };

  GroupKey() = default;
  explicit GroupKey(std::vector<Part> parts);

  const std::vector<Part>& parts() const { return parts_; }
  bool empty() const { return parts_.empty(); }
  // Nothing where the key has no such column; the cell lives as long as the key.
  const Cell* find(std::string_view label) const;
  bool has(std::string_view label) const { return find(label) != nullptr; }

  // With that column, in the place of one of the same name, or behind the others.
  GroupKey with(std::string_view label, Cell value) const;
  GroupKey without(std::string_view label) const;
  // Its type, values and labels as one text: equal keys have equal texts. For hash tables.
  std::string identity() const;

  // -1, 0 or 1, by which tables are sorted: column by column in the order of labels, as Flux's group keys compare.
  friend int compare(const GroupKey& a, const GroupKey& b);
  friend bool operator==(const GroupKey& a, const GroupKey& b) { return compare(a, b) == 0; }

 private:
  std::vector<Part> parts_;
  std::vector<uint32_t> sorted_;  // places in parts_, by label
};

// What range() asked for, [start, stop) on UTC: the bounds that window() cuts at.
struct TimeRange {
  Ns start = 0;
  Ns stop = 0;
};

struct NamedColumn {
  std::string label;
  Column column;
};

// A value; copies share the columns. Labels are unique. Columns of the group key are constant, and equal to the key
// wherever the table has rows; a table may lack a column of its key only where it has no rows.
struct Table {
  GroupKey key;
  std::vector<NamedColumn> columns;
  size_t rows = 0;
  std::optional<TimeRange> range;  // whoever makes a table of another one hands it on

  // Nothing where there is no such column; valid until `columns` changes.
  const Column* find(std::string_view label) const;
  std::optional<size_t> place(std::string_view label) const;
  // In the place of the column of that label, or behind the others. As long as the table has rows.
  void put(std::string_view label, Column column);
  void remove(std::string_view label);

  // Rows [begin, end), sharing the values.
  Table slice(size_t begin, size_t end) const;
  Table take(std::span<const uint32_t> rows) const;
  // No rows, the same columns.
  Table emptied() const { return slice(0, 0); }
};

// What a table function takes and gives: tables in order, no group key twice.
using Tables = std::vector<Table>;

// A table of no rows, whose columns have the key's types, to be filled: a column for each part of the key.
Table table_of_key(const GroupKey& key, size_t rows);

// Puts rows that have the same group key together; columns are united in the order of their appearance, with null where
// a table lacks one. Fails where a column would have two types. Sorted by the group key.
class TableCollector {
 public:
  // Adds the rows of `table` that are named (all of them without `rows`) under that key.
  Result<void> add(const GroupKey& key, const Table& table, std::optional<std::span<const uint32_t>> rows = {});
  Result<Tables> finish();

 private:
  struct Group {
    GroupKey key;
    std::vector<Table> pieces;
  };
  std::vector<Group> groups_;
  std::unordered_map<std::string, size_t> places_;
};

// One table under that key out of tables whose rows are put one behind the other; see TableCollector.
Result<Table> concatenate(const GroupKey& key, const std::vector<Table>& pieces);

// Whether every row of the column holds that value.
bool all_are(const Column& column, const Cell& value);

void sort_by_key(Tables& tables);

}  // namespace inquest::query
