// Averages that move along the rows, and what traders make of them: movingAverage, exponentialMovingAverage, doubleEMA,
// tripleEMA, tripleExponentialDerivative, kaufmansAMA, kaufmansER, chandeMomentumOscillator, relativeStrengthIndex.

#include <algorithm>
#include <cmath>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Series = std::vector<std::optional<double>>;

Result<Series> series_of(const Table& table, std::string_view label) {
  const auto column = need_column(table, label);
  if (!column) return fail(column.error());
  if (!is_number((*column)->type())) {
    return refuse("cannot take an average of column {} (type {})", label, to_string((*column)->type()));
  }
  Series out(table.rows);
  for (size_t row = 0; row < table.rows; ++row) {
    if (!(*column)->null(row)) out[row] = as_double(**column, row);
  }
  return out;
}

Column column_of(const Series& series) {
  ColumnBuilder out(ColumnType::Float, series.size());
  for (const auto& value : series) {
    if (value) {
      out.add(*value);
    } else {
      out.null();
    }
  }
  return out.finish();
}

// The last rows of the table, as many as there are figures, with the figures in that column.
Table with_series(const Table& table, std::string_view label, const Series& series) {
  Table out = table.slice(table.rows - series.size(), table.rows);
  out.put(label, column_of(series));
  return out;
}

// Means of n values each; of all there are, where there are fewer.
Series moving_average(const Series& in, size_t n) {
  Series out;
  const size_t width = std::min(n, in.size());
  for (size_t end = width; end <= in.size() && width > 0; ++end) {
    double sum = 0;
    size_t count = 0;
    for (size_t row = end - width; row < end; ++row) {
      if (!in[row]) continue;
      sum += *in[row];
      ++count;
    }
    out.push_back(count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt);
  }
  return out;
}

// Begins with the mean of what is known of the first n rows; each further value counts 2/(n+1), and nulls change
// nothing. Of fewer rows, the mean of all.
Series exponential(const Series& in, size_t n) {
  Series out;
  std::optional<double> average;
  const double weight = 2 / static_cast<double>(n + 1);
  const size_t first = std::min(n, in.size());
  size_t count = 0;
  for (size_t row = 0; row < first; ++row) {
    if (!in[row]) continue;
    average = average.value_or(0) + *in[row];
    ++count;
  }
  if (average) *average /= static_cast<double>(count);
  if (first > 0) out.push_back(average);
  for (size_t row = first; row < in.size(); ++row) {
    if (in[row]) average = average ? *in[row] * weight + *average * (1 - weight) : *in[row];
    out.push_back(average);
  }
  return out;
}

// Of n values the distance gone, as part of the way gone; how far the average follows depends on it.
Series adaptive(const Series& in, size_t n) {
  Series out;
  if (in.size() <= n) return out;
  double average = in[n - 1].value_or(0);
  constexpr double kFast = 2.0 / 3;
  constexpr double kSlow = 2.0 / 31;
  for (size_t row = n; row < in.size(); ++row) {
    double way = 0;
    for (size_t i = row - n + 1; i <= row; ++i) way += std::abs(in[i].value_or(0) - in[i - 1].value_or(0));
    const double distance = std::abs(in[row].value_or(0) - in[row - n].value_or(0));
    const double efficiency = way == 0 ? 0 : distance / way;
    average += std::pow(efficiency * (kFast - kSlow) + kSlow, 2) * (in[row].value_or(0) - average);
    out.emplace_back(average);
  }
  return out;
}

// 100 where the last n steps all went up, -100 where all went down.
Series momentum(const Series& in, size_t n) {
  Series out;
  for (size_t row = n; row < in.size(); ++row) {
    double up = 0, down = 0;
    for (size_t i = row - n + 1; i <= row; ++i) {
      const double step = in[i].value_or(0) - in[i - 1].value_or(0);
      (step > 0 ? up : down) += std::abs(step);
    }
    out.emplace_back(100 * (up - down) / (up + down));  // NaN where nothing moved, as in Flux
  }
  return out;
}

// Gains over losses, each averaged over n steps; the first value is taken for a step from zero, as Flux does. Nulls
// change nothing. Of fewer rows than n, one figure for all.
Series strength(const Series& in, size_t n) {
  Series out;
  double up = 0, down = 0, before = 0;
  const auto width = static_cast<double>(n);
  double steps = 0;
  for (size_t row = 0; row < in.size(); ++row) {
    if (in[row]) {
      const double gain = std::max(*in[row] - before, 0.0);
      const double loss = std::max(before - *in[row], 0.0);
      before = *in[row];
      const double weight = row < n ? 1 / (steps + 1) : 1 / width;
      up = up * (1 - weight) + gain * weight;
      down = down * (1 - weight) + loss * weight;
      ++steps;
    }
    if (row >= n || (row + 1 == in.size() && out.empty())) out.emplace_back(100 - 100 / (1 + up / down));
  }
  return out;
}

// How much of a hundred the thrice smoothed average has changed since the row before.
Series smoothed_change(const Series& in, size_t n) {
  const Series smooth = exponential(exponential(exponential(in, n), n), n);
  Series out;
  for (size_t row = 1; row < smooth.size(); ++row) {
    if (smooth[row] && smooth[row - 1]) {
      out.emplace_back((*smooth[row] / *smooth[row - 1] - 1) * 100);
    } else {
      out.emplace_back();
    }
  }
  return out;
}

template <Series (*function)(const Series&, size_t)>
Result<Tables> averaged(Call& call, Tables input) {
  const int64_t n = call.integer("n");
  if (n <= 0) return refuse("`n` must be greater than 0, not {}", n);
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto series = series_of(table, label);
    if (!series) return fail(series.error());
    const auto width = static_cast<size_t>(std::min<int64_t>(n, std::numeric_limits<int32_t>::max()));
    // Windows are looked at whole for each row.
    if (auto ok = call.context().step(table.rows * std::min(width, table.rows)); !ok) return ok;
    table = with_series(table, label, function(*series, width));
    return {};
  });
}

// The same for functions of several columns, whose results are equally long.
template <Series (*function)(const Series&, size_t)>
Result<Tables> columns_averaged(Call& call, Tables input) {
  const int64_t n = call.integer("n");
  if (n <= 0) return refuse("`n` must be greater than 0, not {}", n);
  const auto labels = call.texts("columns", {"_value"});
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto width = static_cast<size_t>(std::min<int64_t>(n, std::numeric_limits<int32_t>::max()));
    if (auto ok = call.context().step(table.rows * std::min(width, table.rows)); !ok) return ok;
    Table out = table;
    for (const std::string& label : labels) {
      const auto series = series_of(table, label);
      if (!series) return fail(series.error());
      const Series results = function(*series, width);
      if (out.rows != results.size()) out = out.slice(out.rows - results.size(), out.rows);
      out.put(label, column_of(results));
    }
    table = std::move(out);
    return {};
  });
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kN{"n", kInt, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"", "movingAverage", {kTables, kN}, nullptr, averaged<moving_average>},
    {"", "exponentialMovingAverage", {kTables, kN}, nullptr, averaged<exponential>},
    {"", "tripleExponentialDerivative", {kTables, kN}, nullptr, averaged<smoothed_change>},
    {"", "kaufmansAMA", {kTables, kN, {"column", kString}}, nullptr, averaged<adaptive>},
    {"experimental", "kaufmansAMA", {kTables, kN}, nullptr, averaged<adaptive>},
    {"", "chandeMomentumOscillator", {kTables, kN, {"columns", kStrings}}, nullptr, columns_averaged<momentum>},
    {"", "relativeStrengthIndex", {kTables, kN, {"columns", kStrings}}, nullptr, columns_averaged<strength>},
};

constexpr Prelude kPreludes[] = {{"", R"(
import "math"

doubleEMA = (n, tables=<-) => tables
    |> exponentialMovingAverage(n: n)
    |> duplicate(column: "_value", as: "__ema")
    |> exponentialMovingAverage(n: n)
    |> map(fn: (r) => ({r with _value: 2.0 * r.__ema - r._value}))
    |> drop(columns: ["__ema"])

tripleEMA = (n, tables=<-) => tables
    |> exponentialMovingAverage(n: n)
    |> duplicate(column: "_value", as: "__ema1")
    |> exponentialMovingAverage(n: n)
    |> duplicate(column: "_value", as: "__ema2")
    |> exponentialMovingAverage(n: n)
    |> map(fn: (r) => ({r with _value: 3.0 * r.__ema1 - 3.0 * r.__ema2 + r._value}))
    |> drop(columns: ["__ema1", "__ema2"])

kaufmansER = (n, tables=<-) => tables
    |> chandeMomentumOscillator(n: n)
    |> map(fn: (r) => ({r with _value: math.abs(x: r._value) / 100.0}))
)"}};

}  // namespace

extern const FunctionSet averages_function_set;
const FunctionSet averages_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
