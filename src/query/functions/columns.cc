// What changes which columns a table has, and what they are called: keep, drop, rename, duplicate, set, and the
// functions that list columns: columns, keys, keyValues.

#include <algorithm>
#include <set>
#include <unordered_set>

#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// Of `columns` and `fn` exactly one names columns.
Result<void> one_of_both(const Call& call) {
  if (call.has("columns") && call.has("fn")) return refuse("cannot specify both `columns` and `fn`");
  if (!call.has("columns") && !call.has("fn")) return refuse("one of `columns` and `fn` is needed");
  return {};
}

Result<bool> chosen(const Call& call, const std::unordered_set<std::string>& labels, const std::string& label) {
  if (!call.has("fn")) return labels.contains(label);
  const Argument argument{"column", Value::string(label)};
  auto answer = call.invoke(call.function("fn"), {&argument, 1});
  if (!answer) return fail(answer.error());
  if (!answer->is(Type::Bool)) return refuse("`fn` must give a bool");
  return answer->as_bool();
}

// The tables without some of their columns; those that have the same group key then are one.
Result<Tables> project(Call& call, Tables input, bool keep) {
  if (auto ok = one_of_both(call); !ok) return fail(ok.error());
  const auto labels = call.texts("columns");
  const std::unordered_set<std::string> named(labels.begin(), labels.end());
  bool key_changed = false;
  for (Table& table : input) {
    if (auto ok = call.context().step(1 + table.columns.size()); !ok) return fail(ok.error());
    std::vector<NamedColumn> left;
    std::vector<GroupKey::Part> parts = table.key.parts();
    for (NamedColumn& column : table.columns) {
      const auto hit = chosen(call, named, column.label);
      if (!hit) return fail(hit.error());
      if (*hit == keep) {
        left.push_back(std::move(column));
      } else if (std::erase_if(parts, [&](const auto& part) { return part.label == column.label; }) > 0) {
        key_changed = true;
      }
    }
    table.columns = std::move(left);
    if (parts.size() != table.key.parts().size()) table.key = GroupKey(std::move(parts));
    if (table.columns.empty()) table.rows = 0;
  }
  std::erase_if(input, [](const Table& table) { return table.columns.empty(); });
  if (!key_changed) return input;
  TableCollector collector;
  for (const Table& table : input) {
    if (auto ok = collector.add(table.key, table); !ok) return fail(ok.error());
  }
  return collector.finish();
}

Result<Tables> keep(Call& call, Tables input) { return project(call, std::move(input), true); }
Result<Tables> drop(Call& call, Tables input) { return project(call, std::move(input), false); }

Result<std::string> new_label(const Call& call, const std::string& label) {
  if (call.has("columns")) {
    const Value* to = call.value("columns").as_record().find(label);
    if (to == nullptr) return label;
    if (!to->is(Type::String)) return refuse("the new name of column \"{}\" must be a string", label);
    return std::string(to->as_string());
  }
  const Argument argument{"column", Value::string(label)};
  auto answer = call.invoke(call.function("fn"), {&argument, 1});
  if (!answer) return fail(answer.error());
  if (!answer->is(Type::String)) return refuse("`fn` must give a string");
  return std::string(answer->as_string());
}

Result<Tables> rename(Call& call, Tables input) {
  if (auto ok = one_of_both(call); !ok) return fail(ok.error());
  if (call.has("columns")) {
    for (const auto& [from, to] : call.value("columns").as_record().fields()) {
      for (const Table& table : input) {
        if (table.find(from.view()) == nullptr) {
          return refuse("rename error: column \"{}\" doesn't exist", from.view());
        }
      }
    }
  }
  bool key_changed = false;
  for (Table& table : input) {
    std::vector<GroupKey::Part> parts = table.key.parts();
    std::set<std::string> seen;
    for (NamedColumn& column : table.columns) {
      auto label = new_label(call, column.label);
      if (!label) return fail(label.error());
      if (!seen.insert(*label).second) return refuse("column \"{}\" would be there twice", *label);
      const auto part = std::ranges::find(table.key.parts(), column.label, &GroupKey::Part::label);
      if (part != table.key.parts().end() && column.label != *label) {
        parts[static_cast<size_t>(part - table.key.parts().begin())].label = *label;
        key_changed = true;
      }
      column.label = std::move(*label);
    }
    if (key_changed) table.key = GroupKey(std::move(parts));
  }
  if (key_changed) sort_by_key(input);
  return input;
}

Result<Tables> duplicate(Call& call, Tables input) {
  const std::string_view from = call.text("column");
  const std::string_view as = call.text("as");
  bool key_changed = false;
  for (Table& table : input) {
    const Column* column = table.find(from);
    if (column == nullptr) return refuse("duplicate error: column \"{}\" doesn't exist", from);
    const Column copy = *column;
    table.put(as, copy);
    if (!table.key.has(as)) continue;
    // The copy takes the place of a column of the key: in the key stays only what is one value.
    const Cell* value = table.key.find(from);
    table.key = value != nullptr ? table.key.with(as, *value) : table.key.without(as);
    key_changed = true;
  }
  if (!key_changed) return input;
  TableCollector collector;
  for (const Table& table : input) {
    if (auto ok = collector.add(table.key, table); !ok) return fail(ok.error());
  }
  return collector.finish();
}

Result<Tables> set(Call& call, Tables input) {
  const std::string_view label = call.text("key");
  const Cell value = Cell::of(std::string(call.text("value")));
  bool key_changed = false;
  for (Table& table : input) {
    const Column* old = table.find(label);
    if (old != nullptr && old->type() != ColumnType::String) {
      return refuse("column \"{}\" is of type {}, not string", label, to_string(old->type()));
    }
    table.put(label, Column::constant(value, table.rows));
    if (!table.key.has(label)) continue;
    table.key = table.key.with(label, value);
    key_changed = true;
  }
  if (!key_changed) return input;
  TableCollector collector;
  for (const Table& table : input) {
    if (auto ok = collector.add(table.key, table); !ok) return fail(ok.error());
  }
  return collector.finish();
}

// The key's columns, and one column of strings.
Table listing(const Table& table, std::string_view label, const std::vector<std::string>& texts) {
  Table out = table_of_key(table.key, texts.size());
  ColumnBuilder column(ColumnType::String, texts.size());
  for (const std::string& text : texts) column.text(text);
  out.put(label, column.finish());
  return out;
}

Result<Tables> columns(Call& call, Tables input) {
  const std::string_view label = call.text("column", "_value");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    std::vector<std::string> labels;
    for (const NamedColumn& column : table.columns) labels.push_back(column.label);
    table = listing(table, label, labels);
    return {};
  });
}

Result<Tables> keys(Call& call, Tables input) {
  const std::string_view label = call.text("column", "_value");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    std::vector<std::string> labels;
    for (const auto& part : table.key.parts()) labels.push_back(part.label);
    std::ranges::sort(labels);
    table = listing(table, label, labels);
    return {};
  });
}

// Each different value of the columns named, all of one type, with its column's name.
Result<Tables> key_values(Call& call, Tables input) {
  const auto labels = call.texts("keyColumns");
  if (labels.empty()) return refuse("`keyColumns` must name a column");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    std::optional<ColumnType> type;
    std::string first;
    ColumnBuilder names(ColumnType::String);
    std::optional<ColumnBuilder> values;
    for (const std::string& label : labels) {
      const Column* column = table.find(label);
      if (column == nullptr) continue;
      if (type && *type != column->type()) {
        return refuse("keyColumns must all be the same type, but {} is of type {} and {} is of type {}", first,
                      to_string(*type), label, to_string(column->type()));
      }
      if (!type) {
        type = column->type();
        first = label;
        values.emplace(*type);
      }
      std::set<std::pair<std::string, uint64_t>> seen;
      for (size_t row = 0; row < table.rows; ++row) {
        if (column->null(row)) continue;
        const Cell cell = column->cell(row);
        if (!seen.emplace(cell.text, cell.bits).second) continue;
        names.text(label);
        values->cell(cell);
        if (column->is_constant()) break;
      }
    }
    if (!type) return refuse("received table with columns not having any of keyColumns");
    const size_t rows = names.size();
    Table out = table_of_key(table.key, rows);
    out.put("_key", names.finish());
    out.put("_value", values->finish());
    table = std::move(out);
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"", "keep", {kTables, {"columns", kStrings}, {"fn", kFunction}}, nullptr, keep},
    {"", "drop", {kTables, {"columns", kStrings}, {"fn", kFunction}}, nullptr, drop},
    {"", "rename", {kTables, {"columns", kRecord}, {"fn", kFunction}}, nullptr, rename},
    {"",
     "duplicate",
     {kTables, {"column", kString, Need::Required}, {"as", kString, Need::Required}},
     nullptr,
     duplicate},
    {"", "set", {kTables, {"key", kString, Need::Required}, {"value", kString, Need::Required}}, nullptr, set},
    {"", "columns", {kTables, {"column", kString}}, nullptr, columns},
    {"", "keys", {kTables, {"column", kString}}, nullptr, keys},
    {"", "keyValues", {kTables, {"keyColumns", kStrings, Need::Required}}, nullptr, key_values},
};

}  // namespace

extern const FunctionSet columns_function_set;
const FunctionSet columns_function_set{kBuiltins, {}};

}  // namespace inquest::query
