// What calls a function for each row: filter, map.
#include <algorithm>

#include "query/function_set.h"
#include "query/row_function.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Tables> filter(Call& call, Tables input) {
  const std::string_view empty = call.text("onEmpty", "drop");
  if (empty != "drop" && empty != "keep") return refuse("onEmpty must be \"keep\" or \"drop\", not \"{}\"", empty);
  const RowFunction function(call, call.function("fn"));
  Tables out;
  for (Table& table : input) {
    auto rows = function.rows_where(table);
    if (!rows) return fail(std::move(rows).error());
    if (rows->empty() && empty == "drop") continue;
    out.push_back(rows->size() == table.rows ? std::move(table) : table.take(*rows));
  }
  return out;
}

// The parts of the group key that the new columns still have, with the value of one row.
GroupKey key_of(const GroupKey& old, const Table& table, size_t row) {
  std::vector<GroupKey::Part> parts;
  for (const auto& part : old.parts()) {
    if (const Column* column = table.find(part.label)) parts.push_back({part.label, column->cell(row)});
  }
  return GroupKey(std::move(parts));
}

bool all_constant(const GroupKey& key, const Table& table) {
  return std::ranges::all_of(key.parts(), [&](const GroupKey::Part& part) {
    const Column* column = table.find(part.label);
    return column == nullptr || column->is_constant();
  });
}

// Rows of one table may come to lie in several: those of the group key's new values.
Result<void> regroup(const GroupKey& old, const Table& table, TableCollector& out) {
  if (all_constant(old, table)) return out.add(key_of(old, table, 0), table);
  std::vector<std::pair<GroupKey, std::vector<uint32_t>>> groups;
  std::unordered_map<std::string, size_t> places;
  for (size_t row = 0; row < table.rows; ++row) {
    GroupKey key = key_of(old, table, row);
    const auto [it, added] = places.try_emplace(key.identity(), groups.size());
    if (added) groups.emplace_back(std::move(key), std::vector<uint32_t>{});
    groups[it->second].second.push_back(static_cast<uint32_t>(row));
  }
  for (const auto& [key, rows] : groups) {
    if (auto added = out.add(key, table, rows); !added) return added;
  }
  return {};
}

Result<Tables> map(Call& call, Tables input) {
  const RowFunction function(call, call.function("fn"));
  const bool merge_key = call.boolean("mergeKey");
  TableCollector out;
  for (Table& table : input) {
    if (table.rows == 0) continue;
    auto columns = function.records(table);
    if (!columns) return fail(std::move(columns).error());
    Table mapped;
    mapped.columns = std::move(*columns);
    mapped.rows = table.rows;
    mapped.range = table.range;
    if (merge_key) {
      for (const auto& part : table.key.parts()) {
        if (mapped.find(part.label) == nullptr) mapped.put(part.label, Column::constant(part.value, table.rows));
      }
    }
    if (mapped.columns.empty()) continue;
    if (auto added = regroup(table.key, mapped, out); !added) return fail(std::move(added).error());
  }
  return out.finish();
}

constexpr Builtin kBuiltins[] = {
    {"",
     "filter",
     {{"tables", kStream, Need::Pipe}, {"fn", kFunction, Need::Required}, {"onEmpty", kString}},
     nullptr,
     filter},
    {"",
     "map",
     {{"tables", kStream, Need::Pipe}, {"fn", kFunction, Need::Required}, {"mergeKey", kBool}},
     nullptr,
     map},
};

}  // namespace

extern const FunctionSet rows_function_set;
const FunctionSet rows_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
