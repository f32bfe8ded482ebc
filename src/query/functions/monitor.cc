// Checks and their states (package influxdata/influxdb/monitor), rates and further shapes that are written in Flux:
// aggregate.rate, schema.fieldsAsCols, experimental.alignTime, sample.alignToNow.

#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// Columns of the record's fields, the same in every row.
Result<Tables> set_all(Call& call, Tables input) {
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    for (const auto& [label, value] : call.value("o").as_record().fields()) {
      const auto cell = to_cell(value);
      if (!cell) return refuse("\"{}\" is of a type that no column can have", label.view());
      table.put(label.view(), Column::constant(*cell, table.rows));
      if (table.key.has(label.view())) table.key = table.key.with(label.view(), *cell);
    }
    return {};
  });
}

Result<Tables> preview(Call& call, Tables input) {
  const auto tables = static_cast<size_t>(std::max<int64_t>(call.integer("ntables", 5), 0));
  const auto rows = static_cast<size_t>(std::max<int64_t>(call.integer("nrows", 5), 0));
  if (input.size() > tables) input.resize(tables);
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    if (table.rows > rows) table = table.slice(0, rows);
    return {};
  });
}

// The second stream; the first is computed before it.
Result<Tables> chain(Call& call, Tables) {
  if (auto first = call.tables("first"); !first) return first;
  return call.tables("second");
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {"experimental", "set", {kTables, {"o", kRecord, Need::Required}}, nullptr, set_all},
    {"experimental", "preview", {kTables, {"nrows", kInt}, {"ntables", kInt}}, nullptr, preview},
    {"experimental",
     "chain",
     {{"first", kStream, Need::Required}, {"second", kStream, Need::Required}},
     nullptr,
     chain},
};

constexpr Prelude kPreludes[] = {
    {"experimental/aggregate", R"(
import "experimental"

rate = (tables=<-, every, groupColumns=[], unit=1s) => tables
    |> derivative(nonNegative: true, unit: unit)
    |> aggregateWindow(
        every: every,
        fn: (tables=<-, column) => tables
            |> mean(column: column)
            |> group(columns: groupColumns)
            |> experimental.group(columns: ["_start", "_stop"], mode: "extend")
            |> sum(),
    )
)"},
    {"influxdata/influxdb/schema", R"(
fieldsAsCols = (tables=<-) => tables |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
)"},
    {"experimental", R"(
alignTime = (tables=<-, alignTo=time(v: 0)) => tables
    |> stateDuration(fn: (r) => true, column: "timeDiff", unit: 1ns)
    |> map(fn: (r) => ({r with _time: time(v: int(v: alignTo) + r.timeDiff)}))
    |> drop(columns: ["timeDiff"])
)"},
    {"influxdata/influxdb/sample", R"(
alignToNow = (tables=<-) => {
    last = (tables |> keep(columns: ["_time"]) |> last(column: "_time") |> findRecord(fn: (key) => true, idx: 0))._time
    return tables |> timeShift(duration: duration(v: int(v: now()) - int(v: last)))
}
)"},
    {"internal/influxql", R"(
epoch = 1970-01-01T00:00:00Z
minTime = time(v: -9223372036854775806)
maxTime = time(v: 9223372036854775806)
)"},
    {"influxdata/influxdb/monitor", R"(
import "experimental"
import "influxdata/influxdb/schema"

bucket = "_monitoring"
levelOK = "ok"
levelInfo = "info"
levelWarn = "warn"
levelCrit = "crit"
levelUnknown = "unknown"

option write = (tables=<-) => tables
option log = (tables=<-) => tables

_kept = (measurement, start, stop, fn) => from(bucket: bucket)
    |> range(start: start, stop: stop)
    |> filter(fn: (r) => r._measurement == measurement)
    |> filter(fn: fn)
    |> schema.fieldsAsCols()

logs = (start, stop=now(), fn) => _kept(measurement: "notifications", start: start, stop: stop, fn: fn)

notify = (tables=<-, endpoint, data) => tables
    |> experimental.set(o: data)
    |> experimental.group(mode: "extend", columns: experimental.objectKeys(o: data))
    |> map(fn: (r) => ({r with _measurement: "notifications", _status_timestamp: int(v: r._time), _time: now()}))
    |> endpoint()
    |> experimental.group(mode: "extend", columns: ["_sent"])
    |> log()

deadman = (t, tables=<-) => tables
    |> max(column: "_time")
    |> map(fn: (r) => ({r with dead: r._time < t}))

// Whether a row's level differs from the one before it, or goes from one to the other that are named.
_regrouped = (tables=<-) => tables
    |> drop(columns: ["level_value"])
    |> experimental.group(mode: "extend", columns: ["_level"])

_byTime = (tables=<-) => tables
    |> duplicate(column: "_level", as: "____level")
    |> drop(columns: ["_level"])
    |> rename(columns: {____level: "_level"})
    |> sort(columns: ["_source_timestamp", "_time"])
    |> difference(columns: ["level_value"])

_anyChange = (tables=<-) => tables
    |> map(fn: (r) => ({r with level_value:
        if r._level == levelCrit then 4
        else if r._level == levelWarn then 3
        else if r._level == levelInfo then 2
        else if r._level == levelOK then 1
        else 0}))
    |> _byTime()
    |> filter(fn: (r) => r.level_value != 0)
    |> _regrouped()

_namedChange = (fromLevel, toLevel, tables=<-) => {
    isTo = if toLevel == "any" then (r) => r._level != fromLevel and exists r._level else (r) => r._level == toLevel
    isFrom = if fromLevel == "any" then (r) => r._level != toLevel and exists r._level else (r) => r._level == fromLevel
    return tables
        |> map(fn: (r) => ({r with level_value: if isTo(r: r) then 1 else if isFrom(r: r) then 0 else -10}))
        |> _byTime()
        |> filter(fn: (r) => r.level_value == 1)
        |> _regrouped()
}

stateChangesOnly = _anyChange
stateChanges = (fromLevel="any", toLevel="any", tables=<-) =>
    if fromLevel == "any" and toLevel == "any" then tables |> _anyChange()
    else tables |> _namedChange(fromLevel: fromLevel, toLevel: toLevel)

check = (
    tables=<-,
    data,
    messageFn,
    crit=(r) => false,
    warn=(r) => false,
    info=(r) => false,
    ok=(r) => true,
) => tables
    |> experimental.set(o: data.tags)
    |> experimental.group(mode: "extend", columns: experimental.objectKeys(o: data.tags))
    |> map(fn: (r) => ({r with
        _measurement: "statuses",
        _source_measurement: r._measurement,
        _type: data._type,
        _check_id: data._check_id,
        _check_name: data._check_name,
        _level:
            if crit(r: r) then levelCrit
            else if warn(r: r) then levelWarn
            else if info(r: r) then levelInfo
            else if ok(r: r) then levelOK
            else levelUnknown,
        _source_timestamp: int(v: r._time),
        _time: now()}))
    |> map(fn: (r) => ({r with _message: messageFn(r: r)}))
    |> experimental.group(
        mode: "extend",
        columns: ["_source_measurement", "_type", "_check_id", "_check_name", "_level"],
    )
    |> write()

from = (start, stop=now(), fn=(r) => true) => _kept(measurement: "statuses", start: start, stop: stop, fn: fn)
)"},
};

}  // namespace

extern const FunctionSet monitor_function_set;
const FunctionSet monitor_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
