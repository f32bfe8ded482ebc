// What regroups rows, or puts streams together: group, union, and experimental's group by further columns.

#include <algorithm>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// The labels by which the table's rows are grouped, sorted.
std::vector<std::string> grouping(const Table& table, const std::vector<std::string>& labels, bool except) {
  std::vector<std::string> out;
  for (const NamedColumn& column : table.columns) {
    if ((std::ranges::find(labels, column.label) == labels.end()) == except) out.push_back(column.label);
  }
  std::ranges::sort(out);
  return out;
}

GroupKey key_of_row(const Table& table, const std::vector<std::string>& labels, size_t row) {
  std::vector<GroupKey::Part> parts;
  for (const std::string& label : labels) {
    const Cell* known = table.key.find(label);
    parts.push_back({label, known != nullptr ? *known : table.find(label)->cell(row)});
  }
  return GroupKey(std::move(parts));
}

// The table's rows, under the keys that their values make.
Result<void> add_rows(const Table& table, const std::vector<std::string>& labels, TableCollector& collector) {
  std::vector<const Column*> varying;
  for (const std::string& label : labels) {
    const Column* column = table.find(label);
    if (!table.key.has(label) && !column->is_constant()) varying.push_back(column);
  }
  if (varying.empty()) {
    if (table.rows == 0) {
      // Without a row there is no value to group by but the key's.
      for (const std::string& label : labels) {
        if (!table.key.has(label)) return {};
      }
    }
    return collector.add(key_of_row(table, labels, 0), table);
  }
  std::unordered_map<std::string, size_t> places;
  std::vector<std::vector<uint32_t>> groups;
  std::string identity;
  size_t last = 0;
  for (size_t row = 0; row < table.rows; ++row) {
    // Rows of one group mostly follow each other.
    const bool as_before = row > 0 && std::ranges::all_of(varying, [&](const Column* column) {
                             return same(*column, row - 1, *column, row);
                           });
    if (!as_before) {
      identity.clear();
      for (const Column* column : varying) {
        const bool null = column->null(row);
        const std::string_view text = !null && column->type() == ColumnType::String ? column->text(row) : "";
        const uint64_t word = null || column->type() == ColumnType::String ? text.size() : column->word(row);
        identity += null ? 'n' : 'v';
        identity.append(reinterpret_cast<const char*>(&word), sizeof word);
        identity += text;
      }
      const auto [place, added] = places.try_emplace(identity, groups.size());
      if (added) groups.emplace_back();
      last = place->second;
    }
    groups[last].push_back(static_cast<uint32_t>(row));
  }
  for (const auto& rows : groups) {
    if (auto ok = collector.add(key_of_row(table, labels, rows.front()), table, rows); !ok) return ok;
  }
  return {};
}

Result<Tables> regroup(Call& call, const Tables& input, const std::vector<std::string>& labels, bool except) {
  TableCollector collector;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    if (auto ok = add_rows(table, grouping(table, labels, except), collector); !ok) return fail(ok.error());
  }
  return collector.finish();
}

Result<Tables> group(Call& call, Tables input) {
  const std::string_view mode = call.text("mode", "by");
  if (mode != "by" && mode != "except") return refuse("mode must be \"by\" or \"except\", not \"{}\"", mode);
  return regroup(call, input, call.texts("columns"), mode == "except");
}

// experimental.group(mode: "extend"): by what it is grouped by, and by these columns too.
Result<Tables> extend(Call& call, Tables input) {
  if (call.text("mode") != "extend") return refuse("mode must be \"extend\"");
  TableCollector collector;
  const auto more = call.texts("columns");
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    std::vector<std::string> labels = more;
    for (const auto& part : table.key.parts()) labels.push_back(part.label);
    if (auto ok = add_rows(table, grouping(table, labels, false), collector); !ok) return fail(ok.error());
  }
  return collector.finish();
}

Result<Tables> unite(Call& call, Tables) {
  TableCollector collector;
  for (const Value& each : call.value("tables").as_array().values()) {
    if (!each.is(Type::Stream)) return refuse("`tables` must be an array of streams");
    auto tables = each.as_stream().tables(call.context());
    if (!tables) return fail(tables.error());
    for (const Table& table : *tables) {
      if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
      if (auto ok = collector.add(table.key, table); !ok) return fail(ok.error());
    }
  }
  return collector.finish();
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"", "group", {kTables, {"columns", kStrings}, {"mode", kString}}, nullptr, group},
    {"experimental",
     "group",
     {kTables, {"columns", kStrings, Need::Required}, {"mode", kString, Need::Required}},
     nullptr,
     extend},
    {"", "union", {{"tables", kArray, Need::Required}}, nullptr, unite},
};

}  // namespace

extern const FunctionSet group_function_set;
const FunctionSet group_function_set{kBuiltins, {}};

}  // namespace inquest::query
