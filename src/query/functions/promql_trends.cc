// One figure out of each table's samples, as PromQL has it (package internal/promql): instantRate, linearRegression,
// holtWinters, promHistogramQuantile; and emptyTable, join.

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

struct Sample {
  Ns time = 0;
  double value = 0;
};

// Rows with a time and a value.
Result<std::vector<Sample>> samples_of(const Table& table) {
  const Column* times = table.find("_time");
  if (times == nullptr || times->type() != ColumnType::Time) return refuse("time column not found: _time");
  const Column* values = table.find("_value");
  if (values == nullptr || values->type() != ColumnType::Float) return refuse("value column not found: _value");
  std::vector<Sample> out;
  for (size_t row = 0; row < table.rows; ++row) {
    if (!times->null(row) && !values->null(row)) out.push_back({times->time(row), values->number(row)});
  }
  return out;
}

double seconds(Ns from, Ns to) { return (static_cast<double>(to) - static_cast<double>(from)) / 1e9; }

Table one_value(const Table& table, double value) {
  Table out = table_of_key(table.key, 1);
  out.range = table.range;
  out.put("_value", Column::constant(Cell::of(value), 1));
  return out;
}

// `figure` gives a table's figure: Result<std::optional<double>>(table, samples); tables with less than two samples,
// and those for which it gives nothing, have no result.
template <class Figure>
Result<Tables> figures(Call& call, const Tables& input, Figure figure) {
  Tables out;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    const auto samples = samples_of(table);
    if (!samples) return fail(samples.error());
    if (samples->size() < 2) continue;
    const Result<std::optional<double>> value = figure(table, *samples);
    if (!value) return fail(value.error());
    if (*value) out.push_back(one_value(table, **value));
  }
  return out;
}

// Of the last two samples. A counter that began anew counts from 0.
Result<Tables> instant_rate(Call& call, Tables input) {
  const bool rate = call.boolean("isRate");
  return figures(call, input, [&](const Table&, const std::vector<Sample>& samples) -> Result<std::optional<double>> {
    const Sample& last = samples.back();
    const Sample& before = samples[samples.size() - 2];
    if (last.time == before.time) return std::optional<double>();
    const double change = rate && last.value < before.value ? last.value : last.value - before.value;
    return std::optional(rate ? change / seconds(before.time, last.time) : change);
  });
}

// The slope of the least squares' line a second, or with `predict` where the line will be `fromNow` seconds behind the
// end of the range.
Result<Tables> linear_regression(Call& call, Tables input) {
  const bool predict = call.boolean("predict");
  const double ahead = call.floating("fromNow");
  return figures(call, input,
                 [&](const Table& table, const std::vector<Sample>& samples) -> Result<std::optional<double>> {
                   const Cell* stop = table.key.find("_stop");
                   if (stop == nullptr || stop->null || stop->type != ColumnType::Time) {
                     return refuse("_stop must be a time of the group key");
                   }
                   const Ns zero = predict ? stop->integer() : samples.front().time;
                   const auto count = static_cast<double>(samples.size());
                   double x = 0, y = 0, xy = 0, xx = 0;
                   for (const Sample& sample : samples) {
                     const double at = seconds(zero, sample.time);
                     x += at;
                     y += sample.value;
                     xy += at * sample.value;
                     xx += at * at;
                   }
                   const double slope = (xy - x * y / count) / (xx - x * x / count);
                   return std::optional(predict ? slope * ahead + (y / count - slope * x / count) : slope);
                 });
}

// Double exponential smoothing: the level behind the last sample.
Result<Tables> holt_winters(Call& call, Tables input) {
  const double smoothing = call.floating("smoothingFactor");
  const double trending = call.floating("trendFactor");
  if (!(smoothing > 0 && smoothing < 1)) {
    return refuse("invalid smoothing factor. Expected: 0 < sf < 1, got: {:f}", smoothing);
  }
  if (!(trending > 0 && trending < 1)) return refuse("invalid trend factor. Expected: 0 < tf < 1, got: {:f}", trending);
  return figures(call, input, [&](const Table&, const std::vector<Sample>& samples) -> Result<std::optional<double>> {
    double before = 0;
    double level = samples[0].value;
    double trend = samples[1].value - level;
    for (size_t i = 1; i < samples.size(); ++i) {
      if (i > 1) trend = trending * (level - before) + (1 - trending) * trend;
      const double next = smoothing * samples[i].value + (1 - smoothing) * (level + trend);
      before = level;
      level = next;
    }
    return std::optional(level);
  });
}

struct Bucket {
  double bound = 0;
  double count = 0;  // of values up to the bound
};

std::optional<double> bound_of(std::string_view text) {
  if (text == "+Inf" || text == "Inf" || text == "+inf" || text == "inf") {
    return std::numeric_limits<double>::infinity();
  }
  return parse_double(text);
}

// As Prometheus computes histogram_quantile(); NaN where the buckets say nothing.
double quantile_of(std::vector<Bucket> buckets, double quantile) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (quantile < 0) return -kInfinity;
  if (quantile > 1) return kInfinity;
  std::ranges::stable_sort(buckets, {}, &Bucket::bound);
  std::vector<Bucket> merged;
  for (const Bucket& bucket : buckets) {
    if (!merged.empty() && merged.back().bound == bucket.bound) {
      merged.back().count += bucket.count;
    } else {
      merged.push_back(bucket);
    }
  }
  if (merged.size() < 2 || merged.back().bound != kInfinity) return std::nan("");
  // Samples of a histogram are not taken at once, so that a count may seem to fall.
  double most = merged.front().count;
  for (size_t i = 0; i + 1 < merged.size(); ++i) most = merged[i].count = std::max(merged[i].count, most);
  double rank = quantile * merged.back().count;
  size_t at = 0;
  while (at + 1 < merged.size() && merged[at].count < rank) ++at;
  if (at + 1 == merged.size()) return merged[at - 1].bound;
  if (at == 0 && merged[0].bound <= 0) return merged[0].bound;
  const Bucket below = at == 0 ? Bucket{} : merged[at - 1];
  rank -= below.count;
  return below.bound + (merged[at].bound - below.bound) * (rank / (merged[at].count - below.count));
}

Result<Tables> histogram_quantile(Call& call, Tables input) {
  const std::string count_label(call.text("countColumn", "_value"));
  const std::string bound_label(call.text("upperBoundColumn", "le"));
  const std::string label(call.text("valueColumn", "_value"));
  Tables out;
  for (const Table& table : input) {
    if (auto ok = call.context().step(1 + table.rows); !ok) return fail(ok.error());
    const Column* counts = table.find(count_label);
    if (counts == nullptr) return refuse("table is missing count column \"{}\"", count_label);
    if (counts->type() != ColumnType::Float) return refuse("count column \"{}\" must be of type float", count_label);
    const Column* bounds = table.find(bound_label);
    if (bounds == nullptr) continue;
    if (bounds->type() != ColumnType::String) {
      return refuse("upper bound column \"{}\" must be of type string", bound_label);
    }
    std::vector<Bucket> buckets;
    for (size_t row = 0; row < table.rows; ++row) {
      if (counts->null(row)) return refuse("unexpected null in the countColumn");
      if (bounds->null(row)) continue;
      const auto bound = bound_of(bounds->text(row));
      buckets.push_back(bound ? Bucket{*bound, counts->number(row)} : Bucket{});
    }
    if (buckets.empty()) continue;
    Table result = table_of_key(table.key, 1);
    result.range = table.range;
    result.put(label, Column::constant(Cell::of(quantile_of(std::move(buckets), call.floating("quantile"))), 1));
    out.push_back(std::move(result));
  }
  return out;
}

Result<Tables> empty_table(Call&, Tables) {
  Table out;
  out.key = GroupKey({{"_start", Cell::time(0)}, {"_stop", Cell::time(0)}});
  out.put("_start", Column::constant(Cell::time(0), 0));
  out.put("_stop", Column::constant(Cell::time(0), 0));
  out.put("_time", Column(ColumnType::Time, {}));
  out.put("_value", Column(ColumnType::Float, {}));
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

constexpr std::string_view kPackage = "internal/promql";
constexpr Parameter kTables{"tables", kStream, Need::Pipe};

constexpr Builtin kBuiltins[] = {
    {kPackage, "instantRate", {kTables, {"isRate", kBool}}, nullptr, instant_rate},
    {kPackage, "linearRegression", {kTables, {"predict", kBool}, {"fromNow", kFloat}}, nullptr, linear_regression},
    {kPackage, "holtWinters", {kTables, {"smoothingFactor", kFloat}, {"trendFactor", kFloat}}, nullptr, holt_winters},
    {kPackage,
     "promHistogramQuantile",
     {kTables, {"quantile", kFloat}, {"countColumn", kString}, {"upperBoundColumn", kString}, {"valueColumn", kString}},
     nullptr,
     histogram_quantile},
    {kPackage, "emptyTable", {}, nullptr, empty_table},
};

constexpr Prelude kPreludes[] = {{kPackage, R"(
import "experimental"

join = experimental.join
)"}};

}  // namespace

extern const FunctionSet promql_trends_function_set;
const FunctionSet promql_trends_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
