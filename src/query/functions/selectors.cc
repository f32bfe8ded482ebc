// What keeps some rows of each table, whole: first, last, min, max, limit, tail, sample, unique, distinct, sort, top,
// bottom, and the highest and lowest of groups.

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

template <SelectorKind kind>
Result<Tables> select(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    const auto row = select_row(kind, **column, 0, table.rows);
    if (!row) return fail(row.error());
    table = *row ? table.slice(**row, **row + 1) : table.emptied();
    return {};
  });
}

Result<Tables> limit(Call& call, Tables input) {
  if (call.integer("n") < 0) return refuse("`n` must not be negative");
  const auto count = static_cast<size_t>(call.integer("n"));
  const auto offset = static_cast<size_t>(std::max<int64_t>(call.integer("offset"), 0));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const size_t begin = std::min(offset, table.rows);
    const size_t end = begin + std::min(count, table.rows - begin);
    if (end - begin != table.rows) table = table.slice(begin, end);
    return {};
  });
}

Result<Tables> tail(Call& call, Tables input) {
  if (call.integer("n") < 0) return refuse("`n` must not be negative");
  const auto count = static_cast<size_t>(call.integer("n"));
  const auto offset = static_cast<size_t>(std::max<int64_t>(call.integer("offset"), 0));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const size_t end = table.rows - std::min(offset, table.rows);
    table = table.slice(end - std::min(count, end), end);
    return {};
  });
}

Result<Tables> sample(Call& call, Tables input) {
  const int64_t every = call.integer("n");
  if (every <= 0) return refuse("n must be a positive integer, but was {}", every);
  const int64_t position = call.integer("pos", -1);
  if (position >= every) return refuse("pos must be less than n, but {} >= {}", position, every);
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, call.text("column", "_value"));
    if (!column) return fail(column.error());
    std::vector<uint32_t> rows;
    // Flux starts at random without a position; the same query on the same rows shall give the same answer.
    for (auto row = static_cast<size_t>(std::max<int64_t>(position, 0)); row < table.rows;
         row += static_cast<size_t>(every)) {
      rows.push_back(static_cast<uint32_t>(row));
    }
    table = table.take(rows);
    return {};
  });
}

// The rows in which a value stands for the first time; null is a value.
std::vector<uint32_t> first_of_each(const Column& column) {
  std::vector<uint32_t> rows;
  bool null_seen = false;
  if (column.type() == ColumnType::String) {
    std::unordered_set<std::string_view> seen;
    std::unordered_set<uint64_t> words;  // looked at first: cheaper than the text
    for (size_t row = 0; row < column.size(); ++row) {
      if (column.null(row)) {
        if (!std::exchange(null_seen, true)) rows.push_back(static_cast<uint32_t>(row));
      } else if (words.insert(column.word(row)).second && seen.insert(column.text(row)).second) {
        rows.push_back(static_cast<uint32_t>(row));
      }
    }
    return rows;
  }
  std::unordered_set<uint64_t> seen;
  for (size_t row = 0; row < column.size(); ++row) {
    if (column.null(row)) {
      if (!std::exchange(null_seen, true)) rows.push_back(static_cast<uint32_t>(row));
    } else if (seen.insert(column.word(row)).second) {
      rows.push_back(static_cast<uint32_t>(row));
    }
  }
  return rows;
}

Result<Tables> unique(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    if ((*column)->is_constant()) {
      table = table.slice(0, std::min<size_t>(table.rows, 1));
    } else {
      table = table.take(first_of_each(**column));
    }
    return {};
  });
}

Result<Tables> distinct(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* column = table.find(label);
    Column values;
    if (column == nullptr) {
      values = Column::constant(Cell::of(std::string()), 1);
    } else if (const Cell* cell = table.key.find(label)) {
      values = Column::constant(*cell, 1);
    } else {
      values = column->is_constant() ? column->slice(0, std::min<size_t>(table.rows, 1))
                                     : column->take(first_of_each(*column));
    }
    Table out = table_of_key(table.key, values.size());
    out.put("_value", std::move(values));
    table = std::move(out);
    return {};
  });
}

Result<Tables> sort(Call& call, Tables input) {
  const auto labels = call.texts("columns", {"_value"});
  const bool down = call.boolean("desc");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    std::vector<const Column*> by;
    for (const std::string& label : labels) {
      const Column* column = table.find(label);
      if (column != nullptr && !column->is_constant()) by.push_back(column);
    }
    if (by.empty()) return {};
    std::vector<uint32_t> rows(table.rows);
    std::iota(rows.begin(), rows.end(), 0U);
    const auto before = [&](uint32_t a, uint32_t b) {
      for (const Column* column : by) {
        const int order = compare(*column, a, *column, b);
        if (order != 0) return down ? order > 0 : order < 0;
      }
      return false;
    };
    if (std::ranges::is_sorted(rows, before)) return {};
    std::ranges::stable_sort(rows, before);
    table = table.take(rows);
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kColumn{"column", kString};
constexpr Parameter kCount{"n", kInt, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"", "first", {kTables, kColumn}, nullptr, select<SelectorKind::First>},
    {"", "last", {kTables, kColumn}, nullptr, select<SelectorKind::Last>},
    {"", "min", {kTables, kColumn}, nullptr, select<SelectorKind::Min>},
    {"", "max", {kTables, kColumn}, nullptr, select<SelectorKind::Max>},
    {"experimental", "first", {kTables}, nullptr, select<SelectorKind::First>},
    {"experimental", "last", {kTables}, nullptr, select<SelectorKind::Last>},
    {"experimental", "min", {kTables}, nullptr, select<SelectorKind::Min>},
    {"experimental", "max", {kTables}, nullptr, select<SelectorKind::Max>},
    {"experimental", "unique", {kTables}, nullptr, unique},
    {"experimental", "distinct", {kTables}, nullptr, distinct},
    {"", "limit", {kTables, kCount, {"offset", kInt}}, nullptr, limit},
    {"", "tail", {kTables, kCount, {"offset", kInt}}, nullptr, tail},
    {"", "sample", {kTables, kColumn, kCount, {"pos", kInt}}, nullptr, sample},
    {"", "unique", {kTables, kColumn}, nullptr, unique},
    {"", "distinct", {kTables, kColumn}, nullptr, distinct},
    {"", "sort", {kTables, {"columns", kStrings}, {"desc", kBool}}, nullptr, sort},
};

constexpr Prelude kPreludes[] = {{"", R"(
top = (n, columns=["_value"], tables=<-) => tables |> sort(columns: columns, desc: true) |> limit(n: n)
bottom = (n, columns=["_value"], tables=<-) => tables |> sort(columns: columns) |> limit(n: n)

_ofGroups = (n, column, groupColumns, pick, order, tables=<-) => tables
    |> group(columns: groupColumns)
    |> pick(column: column)
    |> group()
    |> order(n: n, columns: [column])

highestMax = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: max, order: top)
highestAverage = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: mean, order: top)
highestCurrent = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: last, order: top)
lowestMin = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: min, order: bottom)
lowestAverage = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: mean, order: bottom)
lowestCurrent = (n, column="_value", groupColumns=[], tables=<-) => tables
    |> _ofGroups(n: n, column: column, groupColumns: groupColumns, pick: last, order: bottom)
)"}};

}  // namespace

extern const FunctionSet selectors_function_set;
const FunctionSet selectors_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
