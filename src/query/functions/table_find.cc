// From tables to values: tableFind, getColumn, getRecord, findColumn, findRecord.

#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// The first table whose group key `fn` is true of; nothing where there is none.
Result<std::optional<Table>> find_table(Call& call, const Tables& tables) {
  for (const Table& table : tables) {
    const Argument argument{"key", key_record(table.key)};
    auto answer = call.invoke(call.function("fn"), {&argument, 1});
    if (!answer) return fail(answer.error());
    if (!answer->is_null() && !answer->is(Type::Bool)) return refuse("`fn` must give a bool");
    if (answer->is(Type::Bool) && answer->as_bool()) return std::optional(table);
  }
  return std::nullopt;
}

Result<Tables> table_find(Call& call, Tables input) {
  auto table = find_table(call, input);
  if (!table) return fail(table.error());
  if (!*table) return refuse("no table found");
  Tables out;
  out.push_back(std::move(**table));
  return out;
}

Result<Value> column_values(const Table& table, std::string_view label) {
  const auto place = table.place(label);
  if (!place) return refuse("cannot find column {}", label);
  RowValues rows(table);
  std::vector<Value> values;
  values.reserve(table.rows);
  for (size_t row = 0; row < table.rows; ++row) values.push_back(rows.value(*place, row));
  return Value::array(std::move(values));
}

Result<Value> row_record(const Table& table, int64_t row) {
  if (row < 0 || static_cast<uint64_t>(row) >= table.rows) {
    return refuse("index out of range: {} of {} rows", row, table.rows);
  }
  return RowValues(table).record(static_cast<size_t>(row));
}

Result<Value> get_column(Call& call) {
  const auto tables = call.tables("table");
  if (!tables) return fail(tables.error());
  if (tables->empty()) return refuse("no table found");
  return column_values(tables->front(), call.text("column"));
}

Result<Value> get_record(Call& call) {
  const auto tables = call.tables("table");
  if (!tables) return fail(tables.error());
  if (tables->empty()) return refuse("no table found");
  return row_record(tables->front(), call.integer("idx"));
}

Result<Value> find_column(Call& call) {
  const auto tables = call.tables("tables");
  if (!tables) return fail(tables.error());
  const auto table = find_table(call, *tables);
  if (!table) return fail(table.error());
  if (!*table) return Value::array(std::vector<Value>{});
  return column_values(**table, call.text("column"));
}

Result<Value> find_record(Call& call) {
  const auto tables = call.tables("tables");
  if (!tables) return fail(tables.error());
  const auto table = find_table(call, *tables);
  if (!table) return fail(table.error());
  const int64_t row = call.integer("idx");
  if (!*table || row < 0 || static_cast<uint64_t>(row) >= (*table)->rows) {
    return Value::record(std::vector<Record::Field>{});
  }
  return row_record(**table, row);
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kTable{"table", kStream, Need::Pipe};
constexpr Parameter kFn{"fn", kFunction, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"", "tableFind", {kTables, kFn}, nullptr, table_find},
    {"", "getColumn", {kTable, {"column", kString, Need::Required}}, get_column},
    {"", "getRecord", {kTable, {"idx", kInt, Need::Required}}, get_record},
    {"", "findColumn", {kTables, kFn, {"column", kString, Need::Required}}, find_column},
    {"", "findRecord", {kTables, kFn, {"idx", kInt, Need::Required}}, find_record},
};

}  // namespace

extern const FunctionSet table_find_function_set;
const FunctionSet table_find_function_set{kBuiltins, {}};

}  // namespace inquest::query
