// What goes on as it went: holtWinters.

#include "query/forecast.h"

#include <algorithm>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr int64_t kMostForecasts = 1'000'000;

Result<Tables> holt_winters(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  const std::string time_label(call.text("timeColumn", "_time"));
  const Duration interval = call.duration("interval");
  const int64_t ahead = call.integer("n");
  const int64_t season = call.integer("seasonality");
  if (interval.months != 0 || interval.ns <= 0) return refuse("`interval` must be a positive duration without months");
  if (ahead > kMostForecasts || season > kMostForecasts) return refuse("`n` is too great");
  const ForecastAsked asked{interval.ns, static_cast<size_t>(std::max<int64_t>(ahead, 0)),
                            static_cast<size_t>(std::max<int64_t>(season, 0)), call.boolean("withFit")};
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* times = table.find(time_label);
    if (times == nullptr || times->type() != ColumnType::Time) return refuse("cannot find time column {}", time_label);
    const Column* values = table.find(label);
    if (values == nullptr) return refuse("cannot find column {}", label);
    if (!is_number(values->type())) {
      return refuse("holtWinters can work only on numerical types, got {}", to_string(values->type()));
    }
    std::vector<TimedValue> known;
    for (size_t row = 0; row < table.rows; ++row) {
      if (times->null(row)) continue;
      known.push_back({times->time(row), {}});
      if (!values->null(row)) known.back().value = as_double(*values, row);
    }
    const auto found = forecast(call.context(), known, asked);
    if (!found) return fail(found.error());
    ColumnBuilder out_times(ColumnType::Time);
    ColumnBuilder out_values(ColumnType::Float);
    std::optional<Ns> time = found->first;
    for (const double value : found->values) {
      if (!time) return refuse("time is out of range");
      out_times.add(*time);
      out_values.add(value);
      time = add(*time, interval);
    }
    Table out = table_of_key(table.key, found->values.size());
    out.put("_time", out_times.finish());
    out.put("_value", out_values.finish());
    if (call.boolean("withMinSSE")) out.put("minSSE", Column::constant(Cell::of(found->error), found->values.size()));
    table = std::move(out);
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"",
     "holtWinters",
     {{"tables", kStream, Need::Pipe},
      {"n", kInt, Need::Required},
      {"interval", kDuration, Need::Required},
      {"withFit", kBool},
      {"column", kString},
      {"timeColumn", kString},
      {"seasonality", kInt},
      {"withMinSSE", kBool}},
     nullptr,
     holt_winters},
};

}  // namespace

extern const FunctionSet forecast_function_set;
const FunctionSet forecast_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
