// Functions over tables, as queries use them: a table goes in, the rows that come out are looked at.

#include <gtest/gtest.h>

#include "query/annotated_csv.h"
#include "query/context.h"
#include "query/engine.h"

namespace inquest::query {
namespace {

// Two series: "up" of host a every ten seconds with a gap of a minute, and of host b three rows.
constexpr std::string_view kInput = R"(
#datatype,string,long,dateTime:RFC3339,double,string,string
#group,false,false,false,false,true,true
#default,_result,,,,,
,result,table,_time,_value,_field,host
,,0,2026-01-01T00:00:00Z,1,up,a
,,0,2026-01-01T00:00:10Z,2,up,a
,,0,2026-01-01T00:00:20Z,,up,a
,,0,2026-01-01T00:01:20Z,1,up,a
,,0,2026-01-01T00:01:30Z,4,up,a
,,1,2026-01-01T00:00:00Z,10,up,b
,,1,2026-01-01T00:00:30Z,20,up,b
,,1,2026-01-01T00:01:00Z,60,up,b
)";

// Rows as "a,b;c,d" with the columns named; tables one behind the other. An error as "! message".
std::string rows_of(std::string_view pipeline, const std::vector<std::string>& columns) {
  std::string text = "import \"csv\"\nimport \"influxdata/influxdb/monitor\"\nimport \"experimental/aggregate\"\n";
  text += "data = csv.from(csv: \"";
  text += kInput;
  text += "\") |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:02:00Z)\n";
  text += pipeline;
  Context context(*parse_rfc3339("2026-01-01T00:02:00Z"), nullptr, {});
  std::string out;
  const auto ran = run(text, {}, context, [&](std::string_view, Tables tables) -> Result<void> {
    for (const Table& table : tables) {
      for (size_t row = 0; row < table.rows; ++row) {
        if (!out.empty()) out += ';';
        for (size_t i = 0; i < columns.size(); ++i) {
          const Column* column = table.find(columns[i]);
          if (i > 0) out += ',';
          out += column == nullptr ? "none" : column->null(row) ? "null" : csv_text(column->cell(row));
        }
      }
    }
    return {};
  });
  return ran ? out : "! " + ran.error().message;
}

struct Case {
  std::string_view pipeline;
  std::vector<std::string> columns;
  std::string_view rows;
};

TEST(Functions, GiveTheRowsThatFluxGives) {
  const Case cases[] = {
      {"data |> last()", {"host", "_value"}, "a,4;b,60"},
      {"data |> first()", {"host", "_value"}, "a,1;b,10"},
      {"data |> max()", {"host", "_time"}, "a,2026-01-01T00:01:30Z;b,2026-01-01T00:01:00Z"},
      {"data |> count()", {"host", "_value"}, "a,5;b,3"},  // a null is counted, as Flux does
      {"data |> mean()", {"host", "_value"}, "a,2;b,30"},
      {"data |> sum()", {"host", "_value"}, "a,8;b,90"},
      {"data |> spread()", {"host", "_value"}, "a,3;b,50"},
      {"data |> median(method: \"exact_mean\")", {"host", "_value"}, "a,1.5;b,20"},
      {"data |> quantile(q: 0.5, method: \"exact_selector\")", {"host", "_value"}, "a,1;b,20"},
      {"data |> tail(n: 2)", {"_value"}, "1;4;20;60"},
      {"data |> tail(n: 1, offset: 1)", {"_value"}, "1;20"},
      {"data |> limit(n: 1, offset: 1)", {"_value"}, "2;20"},
      {"data |> elapsed() |> max(column: \"elapsed\")",
       {"host", "elapsed", "_time"},
       "a,60,2026-01-01T00:01:20Z;b,30,2026-01-01T00:00:30Z"},
      {"data |> difference()", {"_value"}, "1;null;-1;3;10;40"},
      {"data |> increase()", {"_value"}, "0;1;1;2;5;0;10;50"},
      {"data |> derivative(unit: 10s, nonNegative: true)",
       {"_value"},
       "1;null;null;3;3.3333333333333335;13.333333333333334"},
      {"data |> cumulativeSum()", {"_value"}, "1;3;3;4;8;10;30;90"},
      {"data |> stateDuration(fn: (r) => r._value < 3.0)",
       {"host", "stateDuration"},
       "a,0;a,10;a,-1;a,0;a,-1;b,-1;b,-1;b,-1"},
      {"data |> stateCount(fn: (r) => r._value >= 2.0)", {"stateCount"}, "-1;1;-1;-1;1;1;2;3"},
      {"data |> monitor.deadman(t: 2026-01-01T00:01:15Z)", {"host", "dead"}, "a,false;b,true"},
      {"data |> fill(value: 0.5)", {"_value"}, "1;2;0.5;1;4;10;20;60"},
      {"data |> fill(usePrevious: true)", {"_value"}, "1;2;2;1;4;10;20;60"},
      {"data |> sort(columns: [\"_value\"], desc: true) |> limit(n: 2)", {"_value"}, "4;2;60;20"},
      {"data |> group() |> top(n: 2)", {"host", "_value"}, "b,60;b,20"},
      {"data |> group(columns: [\"_field\"]) |> count()", {"_field", "_value"}, "up,8"},
      {"data |> group(columns: [\"_time\", \"_value\"], mode: \"except\") |> count()", {"host", "_value"}, "a,5;b,3"},
      {"data |> distinct(column: \"host\")", {"_value"}, "a;b"},
      {"data |> unique()", {"_value"}, "1;2;null;4;10;20;60"},
      {"data |> keep(columns: [\"_value\"]) |> max()", {"_value", "host"}, "60,none"},
      {"data |> drop(columns: [\"host\"]) |> count()", {"_value"}, "8"},
      {"data |> rename(columns: {host: \"machine\"}) |> last()", {"machine", "host"}, "a,none;b,none"},
      {"data |> duplicate(column: \"_value\", as: \"copy\") |> last()", {"copy"}, "4;60"},
      {"data |> set(key: \"host\", value: \"x\") |> count()", {"host", "_value"}, "x,8"},
      {"data |> pivot(rowKey: [\"_time\"], columnKey: [\"host\"], valueColumn: \"_value\") |> limit(n: 2)",
       {"_time", "a", "b"},
       "2026-01-01T00:00:00Z,1,10;2026-01-01T00:00:10Z,2,null"},
      {"join(tables: {x: data |> last(), y: data |> first()}, on: [\"host\"])",
       {"host", "_value_x", "_value_y"},
       "a,4,1;b,60,10"},
      {"union(tables: [data |> last(), data |> first()])", {"host", "_value"}, "a,4;a,1;b,60;b,10"},
      {"data |> aggregateWindow(every: 1m, fn: mean)",
       {"host", "_time", "_value"},
       "a,2026-01-01T00:01:00Z,1.5;a,2026-01-01T00:02:00Z,2.5;b,2026-01-01T00:01:00Z,15;b,2026-01-01T00:02:00Z,60"},
      {"data |> aggregateWindow(every: 30s, fn: last, createEmpty: false) |> filter(fn: (r) => r.host == \"a\")",
       {"_time", "_value"},
       "2026-01-01T00:00:30Z,2;2026-01-01T00:01:30Z,1;2026-01-01T00:02:00Z,4"},
      {"data |> aggregateWindow(every: 30s, fn: count) |> filter(fn: (r) => r.host == \"a\")", {"_value"}, "3;0;1;1"},
      {"data |> aggregateWindow(every: 1m, fn: (tables=<-, column) => tables |> sum(column: column))",
       {"host", "_value"},
       "a,3;a,5;b,30;b,60"},
      {"data |> map(fn: (r) => ({r with _value: r._value * 2.0})) |> aggregateWindow(every: 1m, fn: (tables=<-, "
       "column) "
       "=> tables |> sum(column: column))",
       {"host", "_start", "_time", "_value"},
       "a,2026-01-01T00:00:00Z,2026-01-01T00:01:00Z,6;a,2026-01-01T00:00:00Z,2026-01-01T00:02:00Z,10;"
       "b,2026-01-01T00:00:00Z,2026-01-01T00:01:00Z,60;b,2026-01-01T00:00:00Z,2026-01-01T00:02:00Z,120"},
      {"data |> window(every: 1m) |> count()",
       {"host", "_start", "_value"},
       "a,2026-01-01T00:00:00Z,3;b,2026-01-01T00:00:00Z,2;a,2026-01-01T00:01:00Z,2;b,2026-01-01T00:01:00Z,1"},
      {"data |> movingAverage(n: 2)", {"host", "_value"}, "a,1.5;a,2;a,1;a,2.5;b,15;b,40"},
      // Of the first three rows of "a" one is null: what is known of them counts.
      {"data |> exponentialMovingAverage(n: 3)", {"host", "_value"}, "a,1.5;a,1.25;a,2.625;b,30"},
      {"data |> exponentialMovingAverage(n: 9)", {"host", "_value"}, "a,2;b,30"},
      {"data |> chandeMomentumOscillator(n: 2)",
       {"host", "_value"},
       "a,-33.333333333333336;a,-33.333333333333336;a,100;b,100"},
      {"data |> set(key: \"_field\", value: \"x\") |> hourSelection(start: 22, stop: 0) |> count()",
       {"host", "_value"},
       "a,5;b,3"},
      {"data |> hourSelection(start: 1, stop: 23) |> count()", {"host", "_value"}, "a,0;b,0"},
      {"data |> fill(value: 0.0) |> skew()", {"host", "_value"}, "a,0.7500308204401288;b,0.5951700641394974"},
      {"data |> highestMax(n: 1, groupColumns: [\"host\"])", {"host", "_value"}, "b,60"},
      {"data |> lowestMin(n: 1, groupColumns: [\"host\"])", {"host", "_value"}, "a,1"},
      {"data |> histogram(bins: [1.0, 4.0, 60.0])", {"host", "le", "_value"}, "a,1,2;a,4,4;a,60,4;b,1,0;b,4,0;b,60,3"},
      {"data |> timeShift(duration: 1h) |> first()", {"_time"}, "2026-01-01T01:00:00Z;2026-01-01T01:00:00Z"},
      {"data |> truncateTimeColumn(unit: 1m) |> last()", {"_time"}, "2026-01-01T00:01:00Z;2026-01-01T00:01:00Z"},
      {"data |> reduce(identity: {n: 0}, fn: (r, accumulator) => ({n: accumulator.n + 1}))", {"host", "n"}, "a,5;b,3"},
      {"data |> last(column: \"nothing\")", {"_value"}, "! "},
  };
  for (const Case& each : cases) {
    const std::string rows = rows_of(each.pipeline, each.columns);
    if (each.rows == "! ") {
      EXPECT_TRUE(rows.starts_with("! ") && rows.find("column \"nothing\" does not exist") != std::string::npos)
          << rows;
    } else {
      EXPECT_EQ(rows, each.rows) << each.pipeline;
    }
  }
}

TEST(Functions, CalendarWindowsFollowTheLocation) {
  EXPECT_EQ(rows_of("data |> aggregateWindow(every: 1d, fn: count, timeSrc: \"_start\", "
                    "location: {zone: \"Europe/Berlin\", offset: 0h})",
                    {"host", "_time", "_value"}),
            "a,2026-01-01T00:00:00Z,5;b,2026-01-01T00:00:00Z,3");
}

}  // namespace
}  // namespace inquest::query
