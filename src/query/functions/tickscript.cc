// Kapacitor's scripts in Flux: the package contrib/bonitoo-io/tickscript.

#include "query/function_set.h"

namespace inquest::query {
namespace {

constexpr Prelude kPreludes[] = {
    {"", R"(
_innerJoin = join
)"},
    {"contrib/bonitoo-io/tickscript", R"(
import "array"
import "experimental"
import "influxdata/influxdb/monitor"
import "influxdata/influxdb/schema"

defineCheck = (id, name, type="custom") => ({_check_id: id, _check_name: name, _type: type, tags: {}})

_extended = (tables=<-, column) => tables |> experimental.group(mode: "extend", columns: [column])
_topic = (tables=<-, topic) =>
    if topic == "" then tables else tables |> set(key: "_topic", value: topic) |> _extended(column: "_topic")

alert = (
    check,
    id=(r) => "${r._check_id}",
    details=(r) => "",
    message=(r) => "Threshold Check: ${r._check_name} is: ${r._level}",
    crit=(r) => false,
    warn=(r) => false,
    info=(r) => false,
    ok=(r) => true,
    topic="",
    tables=<-,
) => tables
    |> drop(fn: (column) => column =~ /_start.*/ or column =~ /_stop.*/)
    |> map(fn: (r) => ({r with _check_id: check._check_id, _check_name: check._check_name}))
    |> map(fn: (r) => ({r with id: id(r: r)}))
    |> map(fn: (r) => ({r with details: details(r: r)}))
    |> _topic(topic: topic)
    |> monitor.check(crit: crit, warn: warn, info: info, ok: ok, messageFn: message, data: check)

// A measurement without any row is known by one that is put in: alone, it is counted as none.
deadman = (
    check,
    measurement,
    threshold=0,
    id=(r) => "${r._check_id}",
    message=(r) => "Deadman Check: ${r._check_name} is: " + (if r.dead then "dead" else "alive"),
    topic="",
    tables=<-,
) => {
    stand_in = array.from(rows: [{_time: 2000-01-01T00:00:00Z, _field: "unknown", _value: 0}])
        |> set(key: "_measurement", value: measurement)
        |> _extended(column: "_measurement")
        |> schema.fieldsAsCols()
    counts = union(tables: [stand_in, tables])
        |> keep(columns: ["_measurement", "_time"])
        |> duplicate(column: "_measurement", as: "__value__")
        |> count(column: "__value__")
        |> findColumn(fn: (key) => key._measurement == measurement, column: "__value__")
    seen = if counts[0] == 1 then stand_in |> drop(columns: ["unknown"]) |> limit(n: 0) else tables
    return seen
        |> duplicate(column: "_measurement", as: "__value__")
        |> count(column: "__value__")
        |> map(fn: (r) => ({r with _time: now()}))
        |> map(fn: (r) => ({r with dead: r.__value__ <= threshold}))
        |> drop(columns: ["__value__"])
        |> alert(check: check, id: id, message: message, crit: (r) => r.dead, topic: topic)
}

_named = (tables=<-, from, as) => tables |> rename(fn: (column) => if column == from then as else column)

select = (column="_value", fn=(column, tables=<-) => tables, as, tables=<-) => tables
    |> fn(column: column)
    |> _named(from: column, as: as)
compute = select

selectWindow = (column="_value", fn, as, every, defaultValue, tables=<-) => tables
    |> aggregateWindow(every: every, fn: fn, column: column, createEmpty: true)
    |> fill(column: column, value: defaultValue)
    |> _named(from: column, as: as)

groupBy = (columns, tables=<-) => tables |> group(columns: columns) |> _extended(column: "_measurement")

join = (tables, on=["_time"], measurement) => _innerJoin(tables: tables, on: on)
    |> map(fn: (r) => ({r with _measurement: measurement}))
    |> _extended(column: "_measurement")
)"},
};

}  // namespace

extern const FunctionSet tickscript_function_set;
const FunctionSet tickscript_function_set{.preludes = kPreludes};

}  // namespace inquest::query
