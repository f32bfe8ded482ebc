// What Flux offers for PromQL (package internal/promql): changes, resets, rates, labels, and the calendar of a float.

#include <algorithm>
#include <cmath>

#include "query/function_set.h"
#include "query/regexp.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<const Column*> values_of(const Table& table) {
  const Column* column = table.find("_value");
  if (column == nullptr || column->type() != ColumnType::Float) return refuse("value column not found: _value");
  return column;
}

// How often neighbours differ as `differs` says; tables without values have no result.
template <class Differs>
Result<Tables> counted(Call& call, Tables input, Differs differs) {
  Tables out;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    const auto values = values_of(table);
    if (!values) return fail(values.error());
    std::optional<double> before;
    double count = 0;
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*values)->null(row)) continue;
      const double here = (*values)->number(row);
      if (before && differs(*before, here)) ++count;
      before = here;
    }
    if (!before) continue;
    Table result = table_of_key(table.key, 1);
    result.range = table.range;
    result.put("_value", Column::constant(Cell::of(count), 1));
    out.push_back(std::move(result));
  }
  return out;
}

Result<Tables> changes(Call& call, Tables input) {
  return counted(call, std::move(input),
                 [](double a, double b) { return a != b && !(std::isnan(a) && std::isnan(b)); });
}
Result<Tables> resets(Call& call, Tables input) {
  return counted(call, std::move(input), [](double a, double b) { return b < a; });
}

struct Samples {
  size_t count = 0;
  double first = 0, last = 0, correction = 0;
  Ns first_time = 0, last_time = 0;
};

// What the samples say of the whole range: their ends are continued, but no further than half a step where the next
// sample would have been due.
double extrapolated(const Samples& samples, TimeRange range, bool counter) {
  const double change = samples.last - samples.first + samples.correction;
  const auto sampled = static_cast<double>(samples.last_time - samples.first_time);
  const double step = sampled / static_cast<double>(samples.count - 1);
  auto before = static_cast<double>(samples.first_time - range.start);
  const auto behind = static_cast<double>(range.stop - samples.last_time);
  // A counter is never below zero.
  if (counter && change > 0 && samples.first >= 0) before = std::min(before, sampled * (samples.first / change));
  double whole = sampled;
  for (const double end : {before, behind}) whole += end < step * 1.1 ? end : step / 2;
  return change * (whole / sampled);
}

Result<Tables> extrapolated_rate(Call& call, Tables input) {
  const bool counter = call.boolean("isCounter");
  Tables out;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    const auto values = values_of(table);
    if (!values) return fail(values.error());
    const auto times = need_column(table, "_time");
    if (!times) return fail(times.error());
    const Cell* start = table.key.find("_start");
    const Cell* stop = table.key.find("_stop");
    for (const Cell* bound : {start, stop}) {
      if (bound == nullptr || bound->null || bound->type != ColumnType::Time) {
        return refuse("_start and _stop must be part of the group key");
      }
    }
    if ((*times)->type() != ColumnType::Time) return refuse("column \"_time\" is not a time");
    Samples samples;
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*values)->null(row) || (*times)->null(row)) continue;
      const double here = (*values)->number(row);
      if (counter && samples.count > 0 && here < samples.last) samples.correction += samples.last;
      if (samples.count == 0) {
        samples.first = here;
        samples.first_time = (*times)->time(row);
      }
      samples.last = here;
      samples.last_time = (*times)->time(row);
      ++samples.count;
    }
    if (samples.count < 2) continue;
    const TimeRange range{start->integer(), stop->integer()};
    double value = extrapolated(samples, range, counter);
    if (call.boolean("isRate")) value /= static_cast<double>(range.stop - range.start) / static_cast<double>(kSecond);
    Table result = table_of_key(table.key, 1);
    result.range = table.range;
    result.put("_value", Column::constant(Cell::of(value), 1));
    out.push_back(std::move(result));
  }
  return out;
}

Result<Tables> timestamp(Call& call, Tables input) {
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* times = table.find("_time") != nullptr ? table.find("_time") : table.find("_stop");
    if (times == nullptr || times->type() != ColumnType::Time) return refuse("neither _time nor _stop is a column");
    ColumnBuilder out(ColumnType::Float, table.rows);
    for (size_t row = 0; row < table.rows; ++row) {
      if (times->null(row)) {
        out.null();
      } else {
        out.add(static_cast<double>(times->time(row) / kMilli) / 1e3);
      }
    }
    table.put("_value", out.finish());
    return {};
  });
}

Result<Tables> label_replace(Call& call, Tables input) {
  const auto whole = Regexp::compile(fmt::format("^(?:{})$", call.text("regex")));
  if (!whole) return refuse("invalid regular expression in label_replace(): {}", call.text("regex"));
  const std::string_view destination = call.text("destination");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto values = values_of(table);
    if (!values) return fail(values.error());
    const Cell* source = table.key.find(call.text("source"));
    const std::string text = source != nullptr && source->type == ColumnType::String ? source->text : std::string();
    GroupKey key = table.key;
    if ((*whole)->matches(text)) {
      std::string label = (*whole)->replace_all(text, call.text("replacement"));
      key = key.without(destination);
      if (!label.empty()) key = key.with(destination, Cell::of(std::move(label)));
    }
    Table out = table_of_key(key, table.rows);
    out.put("_value", **values);
    table = std::move(out);
    return {};
  });
}

template <auto part>
Result<Value> calendar(Call& call) {
  const double seconds = call.floating("timestamp");
  if (!(std::abs(seconds) < 9e9)) return refuse("time is out of range");
  return Value::floating(static_cast<double>(part(to_civil(static_cast<Ns>(seconds * 1e9)))));
}
constexpr auto kDayOfMonth = [](const Civil& civil) { return int64_t{civil.day}; };
constexpr auto kDayOfWeek = [](const Civil& civil) {
  return int64_t{weekday(days_from_civil(civil.year, civil.month, civil.day))};
};
constexpr auto kDaysInMonth = [](const Civil& civil) {
  const int64_t begin = days_from_civil(civil.year, civil.month, 1);
  const bool last = civil.month == 12;
  return days_from_civil(civil.year + (last ? 1 : 0), last ? 1 : civil.month + 1, 1) - begin;
};
constexpr auto kHourOfDay = [](const Civil& civil) { return int64_t{civil.hour}; };
constexpr auto kMinuteOfHour = [](const Civil& civil) { return int64_t{civil.minute}; };
constexpr auto kMonthOfYear = [](const Civil& civil) { return int64_t{civil.month}; };
constexpr auto kYearOf = [](const Civil& civil) { return int64_t{civil.year}; };

constexpr std::string_view kPackage = "internal/promql";
constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kTimestamp{"timestamp", kFloat, Need::Required};
constexpr Parameter text_of(std::string_view name) { return {name, kString, Need::Required}; }

constexpr Builtin kBuiltins[] = {
    {kPackage, "changes", {kTables}, nullptr, changes},
    {kPackage, "resets", {kTables}, nullptr, resets},
    {kPackage, "extrapolatedRate", {kTables, {"isCounter", kBool}, {"isRate", kBool}}, nullptr, extrapolated_rate},
    {kPackage, "timestamp", {kTables}, nullptr, timestamp},
    {kPackage,
     "labelReplace",
     {kTables, text_of("source"), text_of("destination"), text_of("regex"), text_of("replacement")},
     nullptr,
     label_replace},
    {kPackage, "promqlDayOfMonth", {kTimestamp}, calendar<kDayOfMonth>},
    {kPackage, "promqlDayOfWeek", {kTimestamp}, calendar<kDayOfWeek>},
    {kPackage, "promqlDaysInMonth", {kTimestamp}, calendar<kDaysInMonth>},
    {kPackage, "promqlHour", {kTimestamp}, calendar<kHourOfDay>},
    {kPackage, "promqlMinute", {kTimestamp}, calendar<kMinuteOfHour>},
    {kPackage, "promqlMonth", {kTimestamp}, calendar<kMonthOfYear>},
    {kPackage, "promqlYear", {kTimestamp}, calendar<kYearOf>},
};

constexpr Prelude kPreludes[] = {{"", R"(
_quantileOf = quantile
)"},
                                 {kPackage, R"(
import "math"

quantile = (q, tables=<-, method="exact_mean") =>
    if q <= 1.0 and q >= 0.0 then tables |> _quantileOf(q: q, method: method)
    else tables |> reduce(
        identity: {_value: math.mInf(sign: if q < 0.0 then -1 else 1)},
        fn: (r, accumulator) => accumulator,
    )
)"}};

}  // namespace

extern const FunctionSet promql_function_set;
const FunctionSet promql_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
