// What cuts tables by time: window, aggregateWindow, timedMovingAverage; and what moves times: timeShift,
// truncateTimeColumn, hourSelection.

#include <algorithm>

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/location.h"
#include "query/table_function.h"
#include "query/window_rows.h"

namespace inquest::query {
namespace {

constexpr size_t kMostWindows = 5'000'000;

Result<Windower> windower(const Call& call, std::string_view time_column) {
  return Windower::make({call.duration("every"), call.duration("period"), call.duration("offset"), location_of(call),
                         std::string(time_column), call.boolean("createEmpty")});
}

Result<Tables> window(Call& call, Tables input) {
  const std::string start_label(call.text("startColumn", "_start"));
  const std::string stop_label(call.text("stopColumn", "_stop"));
  const auto windows = windower(call, call.text("timeColumn", "_time"));
  if (!windows) return fail(windows.error());
  TableCollector collector;
  for (const Table& table : input) {
    auto cut = windows->cut(table, kMostWindows);
    if (!cut) return fail(cut.error());
    if (auto ok = call.context().step(1 + table.rows + 8 * cut->windows.size()); !ok) return fail(ok.error());
    for (const RowsOfWindow& each : cut->windows) {
      Table piece = cut->table.slice(each.begin, each.end);
      piece.put(start_label, Column::constant(Cell::time(each.start), piece.rows));
      piece.put(stop_label, Column::constant(Cell::time(each.stop), piece.rows));
      const GroupKey key = table.key.with(start_label, Cell::time(each.start)).with(stop_label, Cell::time(each.stop));
      if (auto ok = collector.add(key, piece); !ok) return fail(ok.error());
    }
  }
  return collector.finish();
}

// aggregateWindow() with an aggregate or a selector of our own: the windows' rows are never made tables.
class WindowAggregation {
 public:
  explicit WindowAggregation(const Call& call)
      : column_(call.text("column", "_value")),
        source_(call.text("timeSrc", "_stop")),
        destination_(call.text("timeDst", "_time")),
        create_empty_(call.boolean("createEmpty")),
        aggregate_(find_aggregate(call.text("fnName"))),
        selector_(find_selector(call.text("fnName"))) {}

  Result<Table> of(const WindowedTable& cut, const Table& input) const {
    const auto column = need_column(cut.table, column_);
    if (!column) return fail(column.error());
    if (aggregate_ && input.key.has(column_)) {
      return refuse("cannot aggregate columns that are part of the group key");
    }
    auto out = aggregate_ ? aggregated(cut, **column, input) : selected(cut, **column);
    if (!out) return out;
    // Behind the windows there is one table again, of the whole range.
    out->range = input.range;
    out->key = input.key;
    const std::optional<TimeRange> range = bounds_of(input);
    const TimeRange whole = range.value_or(TimeRange{std::numeric_limits<Ns>::min(), std::numeric_limits<Ns>::max()});
    for (const auto& [label, time] : {std::pair("_start", whole.start), std::pair("_stop", whole.stop)}) {
      out->key = out->key.with(label, Cell::time(time));
      out->put(label, Column::constant(Cell::time(time), out->rows));
    }
    return out;
  }

 private:
  Ns time_of(const RowsOfWindow& window) const { return source_ == "_start" ? window.start : window.stop; }

  Result<Table> aggregated(const WindowedTable& cut, const Column& column, const Table& input) const {
    ColumnBuilder values(aggregate_->result_type(column.type()), cut.windows.size());
    std::vector<uint64_t> times;
    times.reserve(cut.windows.size());
    for (const RowsOfWindow& window : cut.windows) {
      const auto cell = aggregate_->of(column, window.begin, window.end);
      if (!cell) return fail(cell.error());
      values.cell(*cell);
      times.push_back(static_cast<uint64_t>(time_of(window)));
    }
    Table out = table_of_key(input.key, cut.windows.size());
    for (const std::string_view label : {"_start", "_stop"}) out.put(label, Column::constant(Cell::time(0), out.rows));
    out.put(destination_, Column(ColumnType::Time, std::move(times)));
    out.put(column_, values.finish());
    return out;
  }

  Result<Table> selected(const WindowedTable& cut, const Column& column) const {
    std::vector<std::optional<uint32_t>> rows;
    std::vector<uint64_t> times;
    for (const RowsOfWindow& window : cut.windows) {
      const auto row = select_row(*selector_, column, window.begin, window.end);
      if (!row) return fail(row.error());
      if (!*row && !create_empty_) continue;
      rows.push_back(*row ? std::optional(static_cast<uint32_t>(**row)) : std::nullopt);
      times.push_back(static_cast<uint64_t>(time_of(window)));
    }
    Table out{cut.table.key, {}, rows.size(), {}};
    for (const auto& [label, from] : cut.table.columns) {
      if (from.is_constant() && cut.table.key.has(label)) {
        out.columns.push_back({label, Column::constant(*cut.table.key.find(label), rows.size())});
        continue;
      }
      ColumnBuilder to(from.type(), rows.size());
      for (const auto row : rows) {
        if (row) {
          to.row(from, *row);
        } else {
          to.null();
        }
      }
      out.columns.push_back({label, to.finish()});
    }
    out.put(destination_, Column(ColumnType::Time, std::move(times)));
    return out;
  }

  std::string column_, source_, destination_;
  bool create_empty_;
  std::optional<Aggregate> aggregate_;
  std::optional<SelectorKind> selector_;
};

Result<Tables> aggregate_window(Call& call, Tables input) {
  const auto windows = windower(call, "_time");
  if (!windows) return fail(windows.error());
  const WindowAggregation aggregation(call);
  TableCollector collector;
  for (Table& table : input) {
    auto cut = windows->cut(table, kMostWindows);
    if (!cut) return fail(cut.error());
    if (auto ok = call.context().step(1 + table.rows + cut->windows.size()); !ok) return fail(ok.error());
    if (cut->windows.empty()) continue;
    auto out = aggregation.of(*cut, table);
    if (!out) return fail(out.error());
    if (auto ok = collector.add(out->key, *out); !ok) return fail(ok.error());
    table = {};
  }
  return collector.finish();
}

// Whether aggregateWindow() can do without tables of windows: with a function of our own, and times out of the windows.
Result<Value> is_plain(Call& call) {
  const std::string_view name = call.function("fn").name();
  const std::string_view source = call.text("timeSrc");
  const std::string_view destination = call.text("timeDst");
  const bool times = (source == "_start" || source == "_stop") && destination != "_start" && destination != "_stop" &&
                     destination != call.text("column");
  return Value::string(times && (find_aggregate(name) || find_selector(name)) ? name : std::string_view());
}

Result<Tables> time_shift(Call& call, Tables input) {
  const auto labels = call.texts("columns", {"_start", "_stop", "_time"});
  const Duration by = call.duration("duration");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    for (const std::string& label : labels) {
      const Column* column = table.find(label);
      if (column == nullptr || column->type() != ColumnType::Time) continue;
      ColumnBuilder shifted(ColumnType::Time, table.rows);
      for (size_t row = 0; row < table.rows; ++row) {
        if (column->null(row)) {
          shifted.null();
          continue;
        }
        const auto time = add(column->time(row), by);
        if (!time) return refuse("time is out of range");
        shifted.add(*time);
      }
      if (const Cell* value = table.key.find(label); value != nullptr && !value->null) {
        const auto time = add(value->integer(), by);
        if (!time) return refuse("time is out of range");
        table.key = table.key.with(label, Cell::time(*time));
        table.put(label, Column::constant(Cell::time(*time), table.rows));
      } else {
        table.put(label, shifted.finish());
      }
    }
    return {};
  });
}

Result<Tables> truncate_time(Call& call, Tables input) {
  const std::string label(call.text("timeColumn", "_time"));
  const auto window = TimeWindow::make(call.duration("unit"), call.duration("unit"), {});
  if (!window) return fail(window.error());
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_times(table, label);
    if (!column) return fail(column.error());
    ColumnBuilder out(ColumnType::Time, table.rows);
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*column)->null(row)) {
        out.null();
      } else {
        out.add(window->latest((*column)->time(row)).start);
      }
    }
    table.put(label, out.finish());
    return {};
  });
}

Result<Tables> hour_selection(Call& call, Tables input) {
  const std::string label(call.text("timeColumn", "_time"));
  const int64_t first = call.integer("start");
  const int64_t last = call.integer("stop");
  if (first < 0 || first > 23) return refuse("start must be between 0 and 23");
  if (last < 0 || last > 23) return refuse("stop must be between 0 and 23");
  const WindowLocation where = location_of(call);
  const auto zone = Zone::find(where.zone);
  if (!zone) return fail(zone.error());
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_times(table, label);
    if (!column) return fail(column.error());
    std::vector<uint32_t> rows;
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*column)->null(row)) continue;
      const auto local = add(to_wall_clock(*zone, (*column)->time(row)), where.offset);
      const int64_t hour = to_civil(local.value_or(0)).hour;
      if (first <= last ? hour >= first && hour <= last : hour >= first || hour <= last) {
        rows.push_back(static_cast<uint32_t>(row));
      }
    }
    table = table.take(rows);
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"",
     "_window",
     {kTables,
      {"every", kDuration},
      {"period", kDuration},
      {"offset", kDuration},
      {"location", kRecord},
      {"timeColumn", kString},
      {"startColumn", kString},
      {"stopColumn", kString},
      {"createEmpty", kBool}},
     nullptr,
     window},
    {"experimental",
     "window",
     {kTables,
      {"every", kDuration},
      {"period", kDuration},
      {"offset", kDuration},
      {"location", kRecord},
      {"createEmpty", kBool}},
     nullptr,
     window},
    {"",
     "_aggregateWindow",
     {kTables,
      {"every", kDuration},
      {"period", kDuration},
      {"offset", kDuration},
      {"location", kRecord},
      {"column", kString},
      {"timeSrc", kString},
      {"timeDst", kString},
      {"createEmpty", kBool},
      {"fnName", kString}},
     nullptr,
     aggregate_window},
    {"",
     "_plainAggregate",
     {{"fn", kFunction, Need::Required},
      {"column", kString, Need::Required},
      {"timeSrc", kString, Need::Required},
      {"timeDst", kString, Need::Required}},
     is_plain,
     nullptr},
    {"", "timeShift", {kTables, {"duration", kDuration, Need::Required}, {"columns", kStrings}}, nullptr, time_shift},
    {"",
     "truncateTimeColumn",
     {kTables, {"unit", kDuration, Need::Required}, {"timeColumn", kString}},
     nullptr,
     truncate_time},
    {"",
     "_hourSelection",
     {kTables,
      {"start", kInt, Need::Required},
      {"stop", kInt, Need::Required},
      {"location", kRecord},
      {"timeColumn", kString}},
     nullptr,
     hour_selection},
};

constexpr Prelude kPreludes[] = {{"", R"(
option location = {zone: "UTC", offset: 0h}

// Stands for the option, which a query may set later.
_anywhere = {zone: "", offset: 0h}

inf = 9223372036854775807ns

window = (
    tables=<-,
    every=0s,
    period=0s,
    offset=0s,
    location=_anywhere,
    timeColumn="_time",
    startColumn="_start",
    stopColumn="_stop",
    createEmpty=false,
) => tables |> _window(
    every: every,
    period: period,
    offset: offset,
    location: location,
    timeColumn: timeColumn,
    startColumn: startColumn,
    stopColumn: stopColumn,
    createEmpty: createEmpty,
)

_aggregateTables = (
    tables=<-, every, period, fn, offset, location, column, timeSrc, timeDst, createEmpty,
) => {
    cut = tables
        |> window(every: every, period: period, offset: offset, location: location, createEmpty: createEmpty)
        |> fn(column: column)
    full = if createEmpty then cut |> _fillTables() else cut
    return full
        |> duplicate(column: timeSrc, as: timeDst)
        |> window(every: inf, timeColumn: timeDst)
}

aggregateWindow = (
    every,
    period=0s,
    fn,
    offset=0s,
    location=_anywhere,
    column="_value",
    timeSrc="_stop",
    timeDst="_time",
    createEmpty=true,
    tables=<-,
) => {
    name = _plainAggregate(fn: fn, column: column, timeSrc: timeSrc, timeDst: timeDst)
    return if name == "" then
        tables |> _aggregateTables(
            every: every,
            period: period,
            fn: fn,
            offset: offset,
            location: location,
            column: column,
            timeSrc: timeSrc,
            timeDst: timeDst,
            createEmpty: createEmpty,
        )
    else
        tables |> _aggregateWindow(
            every: every,
            period: period,
            offset: offset,
            location: location,
            column: column,
            timeSrc: timeSrc,
            timeDst: timeDst,
            createEmpty: createEmpty,
            fnName: name,
        )
}

timedMovingAverage = (every, period, column="_value", tables=<-) => tables
    |> window(every: every, period: period)
    |> mean(column: column)
    |> duplicate(column: "_stop", as: "_time")
    |> window(every: inf)

hourSelection = (tables=<-, start, stop, location=_anywhere, timeColumn="_time") => tables
    |> _hourSelection(start: start, stop: stop, location: location, timeColumn: timeColumn)
)"}};

}  // namespace

extern const FunctionSet window_function_set;
const FunctionSet window_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
