// How long a state has lasted, and what stands for missing values: stateTracking, stateCount, stateDuration, fill,
// experimental's table.fill.

#include <algorithm>

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<bool> holds(const Call& call, const Function& fn, Value row) {
  const Argument argument{"r", std::move(row)};
  auto answer = call.invoke(fn, {&argument, 1});
  if (!answer) return fail(answer.error());
  if (answer->is_null()) return false;
  if (!answer->is(Type::Bool)) return refuse("`fn` must give a bool, not {}", to_string(answer->type()));
  return answer->as_bool();
}

// How long, in rows and in time, `fn` has held without a break: -1 where it does not.
Result<Tables> state_tracking(Call& call, Tables input) {
  const Function& fn = call.function("fn");
  const std::string count_label(call.text("countColumn"));
  const std::string duration_label(call.text("durationColumn"));
  const std::string time_label(call.text("timeColumn", "_time"));
  const double unit = nominal_ns(call.duration("durationUnit", {0, kSecond}));
  if (!duration_label.empty() && !(unit >= 1)) return refuse("duration units must be greater than zero");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* times = table.find(time_label);
    if (!duration_label.empty() && (times == nullptr || times->type() != ColumnType::Time)) {
      return refuse("column \"{}\" does not exist", time_label);
    }
    ColumnBuilder counts(ColumnType::Int, table.rows);
    ColumnBuilder durations(ColumnType::Int, table.rows);
    int64_t count = 0;
    Ns since = 0;
    {
      RowValues values(table);
      for (size_t row = 0; row < table.rows; ++row) {
        const auto hit = holds(call, fn, values.record(row));
        if (!hit) return fail(hit.error());
        if (!duration_label.empty()) {
          if (times->null(row)) return refuse("got a null timestamp");
          if (row > 0 && times->time(row) < times->time(row - 1)) return refuse("got an out-of-order timestamp");
        }
        count = *hit ? count + 1 : 0;
        counts.add(*hit ? count : int64_t{-1});
        if (duration_label.empty()) continue;
        if (count == 1) since = times->time(row);
        durations.add(*hit ? (times->time(row) - since) / static_cast<int64_t>(unit) : int64_t{-1});
      }
    }
    if (!count_label.empty()) table.put(count_label, counts.finish());
    if (!duration_label.empty()) table.put(duration_label, durations.finish());
    return {};
  });
}

Column filled(const Column& column, const std::optional<Cell>& with) {
  ColumnBuilder out(column.type(), column.size());
  size_t last = column.size();
  for (size_t row = 0; row < column.size(); ++row) {
    if (!column.null(row)) {
      out.row(column, row);
      last = row;
    } else if (with) {
      out.cell(*with);
    } else if (last < column.size()) {
      out.row(column, last);
    } else {
      out.null();
    }
  }
  return out.finish();
}

Result<Tables> fill(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  const bool previous = call.boolean("usePrevious");
  if (previous == call.has("value")) return refuse("exactly one of `value` and `usePrevious` is needed");
  std::optional<Cell> with;
  if (!previous) {
    with = to_cell(call.value("value"));
    if (!with || with->null) return refuse("`value` is of a type that no column can have");
  }
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* column = table.find(label);
    if (column == nullptr) {
      if (with) table.put(label, Column::constant(*with, table.rows));
      return {};
    }
    if (with && column->type() != with->type) {
      return refuse("fill column type mismatch: {}/{}", to_string(column->type()), to_string(with->type));
    }
    if (const Cell* cell = table.key.find(label)) {
      if (!cell->null || !with) return {};
      table.key = table.key.with(label, *with);
      table.put(label, Column::constant(*with, table.rows));
    } else if (column->has_nulls()) {
      table.put(label, filled(*column, with));
    }
    return {};
  });
}

// A table without rows gets one, in which all is null but the key.
Result<Tables> fill_tables(Call& call, Tables input) {
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    if (table.rows > 0) return {};
    table.rows = 1;
    for (auto& [label, column] : table.columns) {
      const Cell* value = table.key.find(label);
      column = Column::constant(value != nullptr ? *value : Cell::none(column.type()), 1);
    }
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kFn{"fn", kFunction, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"",
     "stateTracking",
     {kTables,
      kFn,
      {"countColumn", kString},
      {"durationColumn", kString},
      {"durationUnit", kDuration},
      {"timeColumn", kString}},
     nullptr,
     state_tracking},
    {"", "fill", {kTables, {"column", kString}, {"value", kAny}, {"usePrevious", kBool}}, nullptr, fill},
    {"experimental", "fill", {kTables, {"value", kAny}, {"usePrevious", kBool}}, nullptr, fill},
    {"experimental/table", "fill", {kTables}, nullptr, fill_tables},
    {"", "_fillTables", {kTables}, nullptr, fill_tables},
};

constexpr Prelude kPreludes[] = {{"", R"(
stateCount = (fn, column="stateCount", tables=<-) => tables |> stateTracking(countColumn: column, fn: fn)
stateDuration = (fn, column="stateDuration", timeColumn="_time", unit=1s, tables=<-) => tables
    |> stateTracking(durationColumn: column, timeColumn: timeColumn, fn: fn, durationUnit: unit)
)"}};

}  // namespace

extern const FunctionSet state_function_set;
const FunctionSet state_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
