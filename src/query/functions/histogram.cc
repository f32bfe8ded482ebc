// Distributions: histogram, histogramQuantile, linearBins, logarithmicBins, prometheus.histogramQuantile.

#include <algorithm>
#include <cmath>
#include <limits>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<std::vector<double>> numbers(const Value& array) {
  std::vector<double> out;
  for (const Value& each : array.as_array().values()) {
    if (!each.is(Type::Float)) return refuse("`bins` must be floats");
    out.push_back(each.as_float());
  }
  return out;
}

Result<Tables> histogram(Call& call, Tables input) {
  auto bins = numbers(call.value("bins"));
  if (!bins) return fail(bins.error());
  std::ranges::sort(*bins);
  const std::string label(call.text("column", "_value"));
  const bool normalize = call.boolean("normalize");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    if ((*column)->type() != ColumnType::Float) {
      return refuse("column \"{}\" must be a float got {}", label, to_string((*column)->type()));
    }
    std::vector<double> counts(bins->size());
    double total = 0;
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*column)->null(row)) continue;
      ++total;
      const auto bin = std::ranges::lower_bound(*bins, (*column)->number(row));
      if (bin == bins->end()) return refuse("found value greater than any bin: {}", (*column)->number(row));
      ++counts[static_cast<size_t>(bin - bins->begin())];
    }
    ColumnBuilder bounds(ColumnType::Float);
    ColumnBuilder heights(ColumnType::Float);
    double so_far = 0;
    for (size_t bin = 0; bin < bins->size(); ++bin) {
      so_far += counts[bin];
      bounds.add((*bins)[bin]);
      heights.add(normalize ? so_far / total : so_far);
    }
    Table out = table_of_key(table.key, bins->size());
    out.put(call.text("upperBoundColumn", "le"), bounds.finish());
    out.put(call.text("countColumn", "_value"), heights.finish());
    table = std::move(out);
    return {};
  });
}

struct Bucket {
  double bound;
  double count;  // of values up to the bound
};

// Nothing where there are no values at all.
std::optional<double> quantile_of(const std::vector<Bucket>& buckets, double quantile, double least) {
  const double total = buckets.back().count;
  if (total == 0) return std::nullopt;
  const double rank = quantile * total;
  size_t above = 0;  // the first bucket whose count is greater than the rank, all before it having less
  for (size_t i = 0; i < buckets.size(); ++i) {
    if (rank >= buckets[i].count) above = i + 1;
  }
  if (above == buckets.size()) return buckets.back().bound;
  const Bucket low = above == 0 ? Bucket{least, 0} : buckets[above - 1];
  const Bucket high = buckets[above];
  if (rank == low.count) return low.bound;
  if (std::isinf(low.bound) && low.bound < 0) return high.bound;
  if (std::isinf(high.bound) && high.bound > 0) return low.bound;
  return low.bound + (high.bound - low.bound) * (rank - low.count) / (high.count - low.count);
}

// Whether counts never fall; with `force` they are made so.
bool rising(std::vector<Bucket>& buckets, bool force) {
  double before = 0;
  for (Bucket& bucket : buckets) {
    if (bucket.count < before) {
      if (!force) return false;
      bucket.count = before;
    }
    before = bucket.count;
  }
  return true;
}

Result<std::vector<Bucket>> read_buckets(const Call& call, const Table& table) {
  const std::string_view count_label = call.text("countColumn", "_value");
  const std::string_view bound_label = call.text("upperBoundColumn", "le");
  const Column* counts = table.find(count_label);
  if (counts == nullptr) return refuse("table is missing count column \"{}\"", count_label);
  if (counts->type() != ColumnType::Float) return refuse("count column \"{}\" must be of type float", count_label);
  const Column* bounds = table.find(bound_label);
  if (bounds == nullptr) return refuse("table is missing upper bound column \"{}\"", bound_label);
  if (bounds->type() != ColumnType::Float) {
    return refuse("upper bound column \"{}\" must be of type float", bound_label);
  }
  std::vector<Bucket> out;
  for (size_t row = 0; row < table.rows; ++row) {
    if (counts->null(row)) return refuse("unexpected null in the countColumn");
    if (bounds->null(row)) return refuse("unexpected null in the upperBoundColumn");
    out.push_back({bounds->number(row), counts->number(row)});
  }
  if (out.empty()) return refuse("histogram is empty");
  std::ranges::stable_sort(out, {}, &Bucket::bound);
  return out;
}

Result<Tables> histogram_quantile(Call& call, Tables input) {
  const double quantile = call.floating("quantile", 0.5);
  const std::string_view odd = call.text("onNonmonotonic", "error");
  if (odd != "error" && odd != "force" && odd != "drop") {
    return refuse("onNonmonotonic must be \"error\", \"force\" or \"drop\", not \"{}\"", odd);
  }
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    auto buckets = read_buckets(call, table);
    if (!buckets) return fail(buckets.error());
    const bool whole = rising(*buckets, odd == "force");
    if (!whole && odd == "error") return refuse("histogram records counts are not monotonic");
    const auto value = whole ? quantile_of(*buckets, quantile, call.floating("minValue", 0)) : std::nullopt;
    Table out = table_of_key(table.key, whole ? 1 : 0);
    const Cell cell = value ? Cell::of(*value) : Cell::none(ColumnType::Float);
    out.put(call.text("valueColumn", "_value"), Column::constant(cell, out.rows));
    table = std::move(out);
    return {};
  });
}

Result<Value> bins(const Call& call, std::string_view step_name, bool linear) {
  const int64_t count = call.integer("count");
  if (count < 0 || count > 100'000) return refuse("`count` must be between 0 and 100,000");
  const bool infinite = !call.has("infinity") || call.boolean("infinity");
  std::vector<Value> out;
  double bound = call.floating("start");
  for (int64_t i = 0; i < count; ++i) {
    out.push_back(Value::floating(bound));
    bound = linear ? bound + call.floating(step_name) : bound * call.floating(step_name);
  }
  if (infinite) out.push_back(Value::floating(std::numeric_limits<double>::infinity()));
  return Value::array(std::move(out));
}
Result<Value> linear_bins(Call& call) { return bins(call, "width", true); }
Result<Value> logarithmic_bins(Call& call) { return bins(call, "factor", false); }

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kBins{"bins", kArray, Need::Required};
constexpr Parameter kStart{"start", kFloat, Need::Required};
constexpr Parameter kCount{"count", kInt, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"",
     "histogram",
     {kTables,
      {"column", kString},
      {"upperBoundColumn", kString},
      {"countColumn", kString},
      kBins,
      {"normalize", kBool}},
     nullptr,
     histogram},
    {"experimental", "histogram", {kTables, kBins, {"normalize", kBool}}, nullptr, histogram},
    {"",
     "histogramQuantile",
     {kTables,
      {"quantile", kFloat},
      {"countColumn", kString},
      {"upperBoundColumn", kString},
      {"valueColumn", kString},
      {"minValue", kFloat},
      {"onNonmonotonic", kString}},
     nullptr,
     histogram_quantile},
    {"experimental",
     "histogramQuantile",
     {kTables, {"quantile", kFloat}, {"minValue", kFloat}},
     nullptr,
     histogram_quantile},
    {"", "linearBins", {kStart, {"width", kFloat, Need::Required}, kCount, {"infinity", kBool}}, linear_bins},
    {"",
     "logarithmicBins",
     {kStart, {"factor", kFloat, Need::Required}, kCount, {"infinity", kBool}},
     logarithmic_bins},
};

// Prometheus's histograms as Telegraf writes them: the bound in a tag (version 2) or in the field's name (version 1).
constexpr Prelude kPreludes[] = {{"experimental/prometheus", R"(
import "experimental"

histogramQuantile = (tables=<-, quantile, metricVersion=2, onNonmonotonic="error") => {
    buckets = if metricVersion == 2 then
        tables
            |> group(mode: "except", columns: ["le", "_value"])
            |> map(fn: (r) => ({r with le: float(v: r.le)}))
    else if metricVersion == 1 then
        tables
            |> filter(fn: (r) => r._field != "sum" and r._field != "count")
            |> map(fn: (r) => ({r with le: float(v: r._field)}))
            |> group(mode: "except", columns: ["_field", "le", "_value"])
    else
        die(msg: "Invalid metricVersion. Available versions are 1 and 2.")
    return buckets
        |> _promQuantile(quantile: quantile, onNonmonotonic: onNonmonotonic)
        |> group(mode: "except", columns: ["le", "_value", "_time"])
        |> set(key: "quantile", value: string(v: quantile))
        |> experimental.group(columns: ["quantile"], mode: "extend")
}
)"},
                                 {"", R"(
_promQuantile = histogramQuantile
)"}};

}  // namespace

extern const FunctionSet histogram_function_set;
const FunctionSet histogram_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
