// range: rows of a time, and its bounds as columns.
#include <algorithm>

#include "query/function_set.h"
#include "query/table_function.h"
#include "query/time_bound.h"

namespace inquest::query {
namespace {

Result<Tables> range(Call& call, Tables input) {
  const auto bounds = bounds_of(call);
  if (!bounds) return fail(bounds.error());
  Tables out;
  for (Table& table : input) {
    if (auto counted = call.context().step(table.rows + 1); !counted) return fail(std::move(counted).error());
    const std::string time_label(call.text("timeColumn", "_time"));
    const auto time = need_column(table, time_label);
    if (!time) return fail(time.error());
    if ((*time)->type() != ColumnType::Time) return refuse("column \"{}\" is not of type time", time_label);
    std::vector<uint32_t> rows;
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*time)->null(row)) continue;
      const Ns at = (*time)->time(row);
      if (at >= bounds->start && at < bounds->stop) rows.push_back(static_cast<uint32_t>(row));
    }
    const bool had_bounds = table.key.has("_start") && table.key.has("_stop");
    Ns start = bounds->start;
    Ns stop = bounds->stop;
    // Bounds only narrow.
    if (had_bounds && table.key.find("_start")->type == ColumnType::Time) {
      start = std::max(start, table.key.find("_start")->integer());
      stop = std::min(stop, table.key.find("_stop")->integer());
    }
    Table ranged = table.take(rows);
    const std::string start_label(call.text("startColumn", "_start"));
    const std::string stop_label(call.text("stopColumn", "_stop"));
    ranged.key = table.key.with(start_label, Cell::time(start)).with(stop_label, Cell::time(stop));
    ranged.range = TimeRange{bounds->start, bounds->stop};
    ranged.put(start_label, Column::constant(Cell::time(start), ranged.rows));
    ranged.put(stop_label, Column::constant(Cell::time(stop), ranged.rows));
    out.push_back(std::move(ranged));
  }
  return out;
}

constexpr Builtin kBuiltins[] = {
    {"",
     "range",
     {{"tables", kStream, Need::Pipe},
      {"start", kTime | kDuration | kInt, Need::Required},
      {"stop", kTime | kDuration | kInt},
      {"timeColumn", kString},
      {"startColumn", kString},
      {"stopColumn", kString}},
     nullptr,
     range},
};

}  // namespace

extern const FunctionSet range_function_set;
const FunctionSet range_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
