// Values of a column become columns, and back: pivot, experimental.unpivot.

#include <algorithm>

#include "query/annotated_csv.h"
#include "query/function_set.h"
#include "query/row_index.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

bool named(const std::vector<std::string>& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

// The tables that come to be one table, as they are read.
class Pivoted {
 public:
  Pivoted(GroupKey key, const std::vector<std::string>& row_key, const std::vector<std::string>& column_key)
      : key_(std::move(key)), row_key_(row_key), column_key_(column_key) {}

  Result<void> add(const Table& table, const Column& values) {
    if (schema_.empty()) {
      for (const NamedColumn& column : table.columns) {
        if (key_.has(column.label) || (named(row_key_, column.label))) {
          schema_.push_back(column.label);
          fixed_.emplace_back(column.column.type());
        }
      }
    }
    if (!range_) range_ = table.range;
    std::string label = column_label(table, 0);
    const bool one_label =
        std::ranges::all_of(column_key_, [&](const std::string& each) { return table.find(each)->is_constant(); });
    for (size_t row = 0; row < table.rows; ++row) {
      if (!one_label && row > 0) label = column_label(table, row);
      const auto place = row_place(table, row);
      if (!place) return fail(place.error());
      if (auto ok = put(label, *place, values, row); !ok) return ok;
    }
    return {};
  }

  Result<Table> finish() {
    Table out{key_, {}, rows_, range_};
    for (size_t i = 0; i < schema_.size(); ++i) {
      Column column = fixed_[i].finish();
      const Cell* value = key_.find(schema_[i]);
      out.columns.push_back({schema_[i], value != nullptr ? Column::constant(*value, rows_) : std::move(column)});
    }
    for (Made& made : made_) {
      // Cells are set row by row in whatever order; what was not set is null.
      std::vector<uint32_t> source(rows_, kNone);
      for (const auto& [row, at] : made.cells) source[row] = at;
      const Column values = made.values.finish();
      ColumnBuilder column(values.type(), rows_);
      for (const uint32_t at : source) {
        if (at == kNone) {
          column.null();
        } else {
          column.row(values, at);
        }
      }
      if (out.find(made.label) != nullptr) {
        return refuse(
            "value \"{}\" appears in a column key column, but a column named \"{}\" already exists; consider "
            "renaming \"{}\" to something else before pivoting",
            made.label, made.label, made.label);
      }
      out.columns.push_back({made.label, column.finish()});
    }
    return out;
  }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  static constexpr size_t kMostColumns = 10'000;
  struct Made {
    std::string label;
    ColumnBuilder values;
    std::vector<std::pair<uint32_t, uint32_t>> cells;  // row of the result, and place in `values`
  };

  std::string column_label(const Table& table, size_t row) const {
    std::string out;
    if (table.rows == 0) return out;
    for (size_t i = 0; i < column_key_.size(); ++i) {
      const Cell cell = table.find(column_key_[i])->cell(row);
      if (i > 0) out += '_';
      out += cell.null ? "null" : cell.type == ColumnType::Time ? *to_text(to_value(cell)) : csv_text(cell);
    }
    return out;
  }

  Result<uint32_t> row_place(const Table& table, size_t row) {
    const auto [found, added] = places_.try_emplace(identity_of(table, row_key_, row, nullptr), rows_);
    if (added) {
      ++rows_;
      for (size_t i = 0; i < schema_.size(); ++i) {
        const Column* column = table.find(schema_[i]);
        if (column == nullptr) {
          fixed_[i].null();
        } else if (column->type() == fixed_[i].type()) {
          fixed_[i].row(*column, row);
        } else {
          return refuse("schema collision detected: column \"{}\" is both of type {} and {}", schema_[i],
                        to_string(fixed_[i].type()), to_string(column->type()));
        }
      }
    }
    return static_cast<uint32_t>(found->second);
  }

  Result<void> put(const std::string& label, uint32_t place, const Column& values, size_t row) {
    const auto [found, added] = labels_.try_emplace(label, made_.size());
    if (added) {
      if (made_.size() >= kMostColumns) return fail(ErrorCode::Limit, "the pivot has too many columns");
      made_.push_back({label, ColumnBuilder(values.type()), {}});
    }
    Made& made = made_[found->second];
    if (made.values.type() != values.type()) {
      return refuse("schema collision detected: column \"{}\" is both of type {} and {}", label,
                    to_string(made.values.type()), to_string(values.type()));
    }
    made.cells.emplace_back(place, static_cast<uint32_t>(made.values.size()));
    made.values.row(values, row);
    return {};
  }

  GroupKey key_;
  const std::vector<std::string>& row_key_;
  const std::vector<std::string>& column_key_;
  std::optional<TimeRange> range_;
  std::vector<std::string> schema_;
  std::vector<ColumnBuilder> fixed_;
  std::vector<Made> made_;
  std::unordered_map<std::string, size_t> labels_;
  std::unordered_map<std::string, size_t> places_;
  size_t rows_ = 0;
};

Result<Tables> pivot(Call& call, Tables input) {
  const auto row_key = call.texts("rowKey");
  const auto column_key = call.texts("columnKey");
  const std::string value_label(call.text("valueColumn"));
  for (const std::string& label : row_key) {
    if (named(column_key, label)) return refuse("column name found in both rowKey and columnKey: {}", label);
  }
  if (named(row_key, value_label)) return refuse("column name found in both rowKey and valueColumn: {}", value_label);
  if (named(column_key, value_label)) {
    return refuse("column name found in both columnKey and valueColumn: {}", value_label);
  }
  std::vector<Pivoted> groups;
  std::unordered_map<std::string, size_t> places;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + 4 * table.rows); !ok) return fail(ok.error());
    for (const auto& [labels, what] : {std::pair(&row_key, "rowKey"), std::pair(&column_key, "columnKey")}) {
      for (const std::string& label : *labels) {
        if (table.find(label) == nullptr)
          return refuse("specified column does not exist in table: {} ({})", label, what);
      }
    }
    const Column* values = table.find(value_label);
    if (values == nullptr) return refuse("specified value column does not exist in table: {}", value_label);
    std::vector<GroupKey::Part> parts;
    for (const auto& part : table.key.parts()) {
      if (!named(column_key, part.label) && part.label != value_label) parts.push_back(part);
    }
    GroupKey key(std::move(parts));
    const auto [place, added] = places.try_emplace(key.identity(), groups.size());
    if (added) groups.emplace_back(std::move(key), row_key, column_key);
    if (auto ok = groups[place->second].add(table, *values); !ok) return fail(ok.error());
  }
  Tables out;
  for (Pivoted& group : groups) {
    auto table = group.finish();
    if (!table) return fail(table.error());
    out.push_back(std::move(*table));
  }
  sort_by_key(out);
  return out;
}

// Each column that is neither in the key nor named becomes rows of its own, with its label in _field.
Result<Tables> unpivot(Call& call, Tables input) {
  const auto others = call.texts("otherColumns", {"_time"});
  TableCollector collector;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows * table.columns.size()); !ok) return fail(ok.error());
    if (table.find("_field") != nullptr || table.find("_value") != nullptr) {
      return refuse("unpivot can't have \"_field\" or \"_value\" as an input column");
    }
    for (const std::string& label : others) {
      if (label != "_field" && table.find(label) == nullptr) {
        return refuse("unpivot could not find column named \"{}\"", label);
      }
    }
    for (const NamedColumn& values : table.columns) {
      if (table.key.has(values.label) || named(others, values.label)) continue;
      std::vector<uint32_t> rows;
      for (size_t row = 0; row < table.rows; ++row) {
        if (!values.column.null(row)) rows.push_back(static_cast<uint32_t>(row));
      }
      if (rows.empty()) continue;
      // Named among the other columns, the field's name is a column that the rows are not grouped by.
      const bool grouped = !named(others, "_field");
      const GroupKey key = grouped ? table.key.with("_field", Cell::of(values.label)) : table.key;
      Table out = table_of_key(key, rows.size());
      out.range = table.range;
      for (const std::string& label : others) {
        if (label == "_field") {
          out.put(label, Column::constant(Cell::of(values.label), rows.size()));
        } else if (!key.has(label)) {
          out.put(label, table.find(label)->take(rows));
        }
      }
      out.put("_value", values.column.take(rows));
      if (auto ok = collector.add(key, out); !ok) return fail(ok.error());
    }
  }
  return collector.finish();
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"",
     "pivot",
     {kTables,
      {"rowKey", kStrings, Need::Required},
      {"columnKey", kStrings, Need::Required},
      {"valueColumn", kString, Need::Required}},
     nullptr,
     pivot},
    {"experimental", "unpivot", {kTables, {"otherColumns", kStrings}}, nullptr, unpivot},
};

}  // namespace

extern const FunctionSet pivot_function_set;
const FunctionSet pivot_function_set{kBuiltins, {}};

}  // namespace inquest::query
