// Packages that are other names for functions, or a few lines in terms of them.

#include "base/checked.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Value> field_or(Call& call) {
  const Value* value = call.value("r").as_record().find(call.text("key"));
  return value != nullptr ? *value : call.value("default");
}

// As a part of a URL's path: all but letters, digits and "-_.~$&+=:@" as %XX.
Result<Value> path_escape(Call& call) {
  std::string out;
  for (const char c : call.text("inputString")) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-_.~$&+=:@").contains(c);
    if (plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<uint8_t>(c));
    }
  }
  return Value::string(out);
}

// `count` rows from start to stop, at even distances, with the value that `fn` gives for each row's number.
Result<Tables> generated(Call& call, Tables) {
  const auto instant = [&](std::string_view name) -> std::optional<Ns> {
    const Value& value = call.value(name);
    return value.is(Type::Time) ? value.as_time() : add(call.context().now(), value.as_duration());
  };
  const auto start = instant("start");
  const auto stop = instant("stop");
  const int64_t count = call.integer("count");
  if (!start || !stop) return refuse("time is out of range");
  if (count <= 0) return refuse("`count` must be positive");
  const auto span = checked_sub(*stop, *start);
  if (!span) return refuse("time is out of range");
  const Ns step = *span / count;
  ColumnBuilder times(ColumnType::Time);
  ColumnBuilder values(ColumnType::Int);
  for (int64_t n = 0; n < count; ++n) {
    if (auto ok = call.context().step(2); !ok) return fail(ok.error());
    if (auto ok = call.context().room(times.size() * 2 * sizeof(uint64_t)); !ok) return fail(ok.error());
    const Argument argument{"n", Value::integer(n)};
    const auto value = call.invoke(call.function("fn"), {&argument, 1});
    if (!value) return fail(value.error());
    if (!value->is(Type::Int)) return refuse("function must return type integer, but got {}", to_string(value->type()));
    times.add(*start + n * step);
    values.add(value->as_int());
  }
  Table out = table_of_key({}, times.size());
  out.put("_time", times.finish());
  out.put("_value", values.finish());
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

constexpr Types kMoment = kTime | kDuration;

constexpr Builtin kBuiltins[] = {
    {"experimental/record",
     "get",
     {{"r", kRecord, Need::Required}, {"key", kString, Need::Required}, {"default", kAny, Need::Required}},
     field_or},
    {"http", "pathEscape", {{"inputString", kString, Need::Required}}, path_escape},
    {"generate",
     "from",
     {{"start", kMoment, Need::Required},
      {"stop", kMoment, Need::Required},
      {"count", kInt, Need::Required},
      {"fn", kFunction, Need::Required}},
     nullptr,
     generated},
};

constexpr Prelude kPreludes[] = {
    {"experimental/record", "any = {}"},
    {"influxdata/influxdb", R"(
from = from
buckets = buckets
)"},
    {"influxdata/influxdb/v1", R"(
import "influxdata/influxdb/schema"
import "strings"

fieldsAsCols = schema.fieldsAsCols
tagValues = schema.tagValues
measurementTagValues = schema.measurementTagValues
tagKeys = schema.tagKeys
measurementTagKeys = schema.measurementTagKeys
fieldKeys = schema.fieldKeys
measurementFieldKeys = schema.measurementFieldKeys
measurements = schema.measurements

databases = (org="", orgID="", host="", token="") => buckets() |> map(fn: (r) => {
    parts = strings.splitN(v: r.name, t: "/", i: 2)
    named = length(arr: parts) == 2
    return {
        organizationID: r.organizationID,
        databaseName: parts[0],
        retentionPolicy: if named then parts[1] else "autogen",
        retentionPeriod: r.retentionPeriod,
        default: not named,
        bucketID: r.id,
    }
})
)"},
    {"influxdata/influxdb/tasks", R"(
import "experimental"
import "internal/debug"
import "types"

option lastSuccessTime = debug.null(type: "time")

lastSuccess = (orTime) =>
    if exists lastSuccessTime then lastSuccessTime
    else if types.isType(v: orTime, type: "duration") then experimental.addDuration(d: orTime, to: now())
    else orTime
)"},
    {"experimental/query", R"(
fromRange = (bucket, start, stop=now()) => from(bucket: bucket) |> range(start: start, stop: stop)
filterMeasurement = (table=<-, measurement) => table |> filter(fn: (r) => r._measurement == measurement)
filterFields = (table=<-, fields=[]) =>
    if length(arr: fields) == 0 then table else table |> filter(fn: (r) => contains(value: r._field, set: fields))
inBucket = (bucket, measurement, start, stop=now(), fields=[], predicate=(r) => true) =>
    fromRange(bucket: bucket, start: start, stop: stop)
        |> filterMeasurement(measurement: measurement)
        |> filter(fn: predicate)
        |> filterFields(fields: fields)
)"},
    {"system", "time = () => now()"},
    // What it would add to a query's results is not computed; the query itself runs.
    {"profiler", R"(option enabledProfilers = [""])"},
    {"pagerduty", R"(
import "strings"

_resolved = (level) => if strings.toLower(v: level) == "ok" then "resolve" else "trigger"

severityFromLevel = (level) => {
    name = strings.toLower(v: level)
    return if name == "warn" then "warning"
        else if name == "crit" then "critical"
        else if name == "info" or name == "ok" then "info"
        else "error"
}
actionFromLevel = (level) => _resolved(level: level)
actionFromSeverity = (severity) => _resolved(level: severity)
)"},
    // What the packages that send messages compute; they send none here.
    {"slack", R"(
validateColorString = (color) =>
    if color =~ /^(good|warning|danger|#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}))$/ then color
    else die(msg: "color must be good, warning, danger or hex color")
)"},
    {"contrib/sranka/sensu", R"(
import "regexp"

toSensuName = (v) => regexp.replaceAllString(r: /[^a-zA-Z0-9_.\-]/, v: v, t: "_")
)"},
    {"contrib/rhajek/bigpanda", R"(
import "strings"

statusFromLevel = (level) => {
    name = strings.toLower(v: level)
    return if name == "warn" then "warning" else if name == "ok" or name == "info" then "ok" else "critical"
}
)"},
    {"contrib/sranka/opsgenie", R"(
import "array"
import "json"
import "strings"

_kinds = /^(user|team|escalation|schedule):/

_responder = (v) => {
    parts = strings.splitN(v: v, t: ":", i: 2)
    name = if parts[0] == "user" then "username" else "name"
    return if v =~ _kinds then
        "{\"type\":\"" + parts[0] + "\",\"" + name + "\":" + string(v: json.encode(v: parts[1])) + "}"
    else
        die(msg: "unsupported responder \"${v}\", it must start with user:, team:, escalation: or schedule:")
}
respondersToJSON = (v) => "[" + strings.joinStr(arr: array.map(arr: v, fn: (x) => _responder(v: x)), v: ",") + "]"
)"},
};

}  // namespace

extern const FunctionSet packages_function_set;
const FunctionSet packages_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
