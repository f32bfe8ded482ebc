// How long events last: the packages contrib/tomhollingworth/events and experimental/oee.

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// From each row to the next one; from the last to `stop`, or to the last row's time in the stop column.
Result<Tables> duration(Call& call, Tables input) {
  const std::string time_label(call.text("timeColumn", "_time"));
  const std::string stop_label(call.text("stopColumn", "_stop"));
  const std::string name(call.text("columnName", "duration"));
  const double unit = nominal_ns(call.duration("unit", {0, kSecond}));
  if (!(unit > 0)) return refuse("unit must be positive");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto times = need_times(table, time_label);
    if (!times) return fail(times.error());
    Ns stop = call.time("stop");
    if (!call.has("stop")) {
      const auto stops = need_column(table, stop_label);
      if (!stops) return fail(stops.error());
      if ((*stops)->type() != ColumnType::Time) {
        return refuse("stop column \"{}\" must be of type time, got {}", stop_label, to_string((*stops)->type()));
      }
      if (table.rows > 0 && !(*stops)->null(table.rows - 1)) stop = (*stops)->time(table.rows - 1);
    }
    ColumnBuilder lengths(ColumnType::Int, table.rows);
    for (size_t row = 0; row < table.rows; ++row) {
      const bool last = row + 1 == table.rows;
      if ((*times)->null(row) || (!last && (*times)->null(row + 1))) return refuse("found null time in time column");
      const double end = static_cast<double>(last ? stop : (*times)->time(row + 1));
      lengths.add(static_cast<int64_t>((end - static_cast<double>((*times)->time(row))) / unit));
    }
    table.put(name, lengths.finish());
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"contrib/tomhollingworth/events",
     "duration",
     {{"tables", kStream, Need::Pipe},
      {"unit", kDuration},
      {"timeColumn", kString},
      {"columnName", kString},
      {"stopColumn", kString},
      {"stop", kTime}},
     nullptr,
     duration},
};

constexpr Prelude kPreludes[] = {{"experimental/oee", R"(
import "contrib/tomhollingworth/events"
import "experimental"

_made = (tables=<-, column) => tables
    |> difference(columns: [column], nonNegative: true)
    |> sum(column: column)
    |> duplicate(column: "_stop", as: "_time")

computeAPQ = (productionEvents, partEvents, runningState, plannedTime, idealCycleTime) => {
    availability = productionEvents
        |> events.duration(unit: 1ns, columnName: "runTime")
        |> filter(fn: (r) => r.state == runningState)
        |> sum(column: "runTime")
        |> map(fn: (r) => ({r with _time: r._stop, availability: float(v: r.runTime) / float(v: int(v: plannedTime))}))
    parts = partEvents |> _made(column: "partCount")
    bad = partEvents |> _made(column: "badCount")
    performance = experimental.join(left: availability, right: parts, fn: (left, right) => ({left with
        performance: float(v: right.partCount) * float(v: int(v: idealCycleTime)) / float(v: left.runTime)}))
    quality = experimental.join(left: bad, right: parts, fn: (left, right) => ({left with
        quality: (float(v: right.partCount) - float(v: left.badCount)) / float(v: right.partCount)}))
    return experimental.join(left: performance, right: quality, fn: (left, right) => ({left with
        quality: right.quality,
        oee: left.availability * left.performance * right.quality}))
}

APQ = (tables=<-, runningState, plannedTime, idealCycleTime) => computeAPQ(
    productionEvents: tables,
    partEvents: tables,
    runningState: runningState,
    plannedTime: plannedTime,
    idealCycleTime: idealCycleTime,
)
)"}};

}  // namespace

extern const FunctionSet events_function_set;
const FunctionSet events_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
