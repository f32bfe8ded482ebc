// What makes one row of each table: count, sum, mean, spread, stddev, skew, quantile, median, mode, integral, reduce.

#include <algorithm>
#include <cmath>
#include <map>

#include "query/aggregate.h"
#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// The key's columns and one column with one value.
Result<Tables> aggregate(Call& call, Tables input, const Aggregate& how) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    if (table.key.has(label)) return refuse("cannot aggregate columns that are part of the group key");
    auto cell = how.of(**column, 0, table.rows);
    if (!cell) return fail(cell.error());
    Table out = table_of_key(table.key, 1);
    out.put(label, Column::constant(*cell, 1));
    table = std::move(out);
    return {};
  });
}

Result<Tables> count(Call& call, Tables input) { return aggregate(call, std::move(input), {AggregateKind::Count}); }
Result<Tables> sum(Call& call, Tables input) { return aggregate(call, std::move(input), {AggregateKind::Sum}); }
Result<Tables> mean(Call& call, Tables input) { return aggregate(call, std::move(input), {AggregateKind::Mean}); }
Result<Tables> spread(Call& call, Tables input) { return aggregate(call, std::move(input), {AggregateKind::Spread}); }
Result<Tables> skew(Call& call, Tables input) { return aggregate(call, std::move(input), {AggregateKind::Skew}); }

Result<Tables> stddev(Call& call, Tables input) {
  const std::string_view mode = call.text("mode", "sample");
  if (mode != "sample" && mode != "population") return refuse("\"{}\" is not a valid standard deviation mode", mode);
  return aggregate(call, std::move(input),
                   {mode == "sample" ? AggregateKind::StddevSample : AggregateKind::StddevPopulation});
}

// method: "exact_selector" keeps the row whose value it is.
Result<Tables> quantile_selector(Call& call, Tables input, double q) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    std::vector<uint32_t> rows;
    for (size_t row = 0; row < table.rows; ++row) {
      if (!(*column)->null(row)) rows.push_back(static_cast<uint32_t>(row));
    }
    if (rows.empty()) {
      table = table.emptied();
      return {};
    }
    std::ranges::stable_sort(rows, [&](uint32_t a, uint32_t b) { return compare(**column, a, **column, b) < 0; });
    const double place = std::ceil(q * static_cast<double>(rows.size()));
    const size_t at = place < 1 ? 0 : static_cast<size_t>(place) - 1;
    table = table.take(std::span(rows).subspan(std::min(at, rows.size() - 1), 1));
    return {};
  });
}

Result<Tables> quantile_by(Call& call, Tables input, double q) {
  const std::string_view method = call.text("method", "estimate_tdigest");
  if (!(q >= 0 && q <= 1)) return refuse("quantile must be between 0 and 1");
  const double compression = call.floating("compression", 0);
  if (compression != 0 && method != "estimate_tdigest") {
    return refuse("compression parameter is only valid for method estimate_tdigest");
  }
  if (method == "exact_selector") return quantile_selector(call, std::move(input), q);
  if (method == "exact_mean") return aggregate(call, std::move(input), {AggregateKind::QuantileExact, q});
  if (method != "estimate_tdigest") return refuse("unknown quantile method \"{}\"", method);
  return aggregate(call, std::move(input), {AggregateKind::QuantileEstimate, q, compression});
}

Result<Tables> quantile(Call& call, Tables input) { return quantile_by(call, std::move(input), call.floating("q")); }
Result<Tables> median(Call& call, Tables input) { return quantile_by(call, std::move(input), 0.5); }

// All values that occur most often, in order; null where all occur equally often.
Result<Tables> mode(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    if (table.key.has(label)) return refuse("cannot aggregate columns that are part of the group key");
    const auto before = [](const Cell& a, const Cell& b) { return compare(a, b) < 0; };
    std::map<Cell, size_t, decltype(before)> counts(before);
    for (size_t row = 0; row < table.rows; ++row) {
      if (!(*column)->null(row)) ++counts[(*column)->cell(row)];
    }
    size_t most = 0;
    for (const auto& [value, times] : counts) most = std::max(most, times);
    const auto modes =
        static_cast<size_t>(std::ranges::count_if(counts, [&](const auto& each) { return each.second == most; }));
    ColumnBuilder out((*column)->type());
    if (modes == counts.size()) {
      out.null();
    } else {
      for (const auto& [value, times] : counts) {
        if (times == most) out.cell(value);
      }
    }
    Table result = table_of_key(table.key, out.size());
    result.put(label, out.finish());
    table = std::move(result);
    return {};
  });
}

// The area under the points, by trapezoids.
class Integral {
 public:
  Integral(Ns start, Ns stop, double unit, bool interpolate)
      : start_(start), stop_(stop), unit_(unit), interpolate_(interpolate) {}

  void add(Ns time, double value) {
    if (points_ == 1) {
      sum_ += area(last_, last_value_, time, value);
      // To the left of the first point the first line is continued.
      if (interpolate_ && start_ < last_) {
        const double slope = (value - last_value_) / static_cast<double>(time - last_);
        sum_ += area(start_, last_value_ - slope * static_cast<double>(last_ - start_), last_, last_value_);
      }
    } else if (points_ > 1) {
      sum_ += area(last_, last_value_, time, value);
    }
    before_ = last_;
    before_value_ = last_value_;
    last_ = time;
    last_value_ = value;
    ++points_;
  }

  double value() const {
    if (points_ == 0) return 0;
    if (!interpolate_) return points_ == 1 ? 0 : sum_;
    if (points_ == 1) return last_value_ * static_cast<double>(stop_ - start_) / unit_;
    const double slope = (last_value_ - before_value_) / static_cast<double>(last_ - before_);
    return sum_ + area(last_, last_value_, stop_, last_value_ + slope * static_cast<double>(stop_ - last_));
  }

 private:
  double area(Ns from, double first, Ns to, double second) const {
    return 0.5 * (first + second) * static_cast<double>(to - from) / unit_;
  }

  Ns start_, stop_;
  double unit_;
  bool interpolate_;
  size_t points_ = 0;
  Ns last_ = 0, before_ = 0;
  double last_value_ = 0, before_value_ = 0, sum_ = 0;
};

Result<Tables> integral(Call& call, Tables input) {
  const std::string label(call.text("column", "_value"));
  const std::string time_label(call.text("timeColumn", "_time"));
  const std::string_view interpolate = call.text("interpolate");
  if (!interpolate.empty() && interpolate != "linear") return refuse("interpolate can only be \"linear\" or \"\"");
  const double unit = nominal_ns(call.duration("unit", {0, kSecond}));
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    for (const std::string_view bound : {"_start", "_stop"}) {
      const Cell* cell = table.key.find(bound);
      if (cell == nullptr || cell->type != ColumnType::Time || cell->null) {
        return refuse("integral function needs {} column to be part of group key", bound);
      }
    }
    const auto column = need_column(table, label);
    if (!column) return fail(column.error());
    if (!is_number((*column)->type())) return refuse("cannot perform integral over {}", to_string((*column)->type()));
    if (table.key.has(label)) return refuse("cannot aggregate columns that are part of the group key");
    const auto times = need_times(table, time_label);
    if (!times) return fail(times.error());
    Integral sum(table.key.find("_start")->integer(), table.key.find("_stop")->integer(), unit, !interpolate.empty());
    for (size_t row = 0; row < table.rows; ++row) {
      if ((*times)->null(row)) return refuse("integral found null time in time column");
      const Ns time = (*times)->time(row);
      if (row > 0 && (*times)->time(row - 1) > time) return refuse("integral found out-of-order times in time column");
      if (row > 0 && (*times)->time(row - 1) == time) continue;
      if (!(*column)->null(row)) sum.add(time, as_double(**column, row));
    }
    Table out = table_of_key(table.key, 1);
    out.put(label, Column::constant(Cell::of(sum.value()), 1));
    table = std::move(out);
    return {};
  });
}

Result<Tables> reduce(Call& call, Tables input) {
  const Function& fn = call.function("fn");
  Tables out;
  std::unordered_map<std::string, size_t> places;
  for (const Table& table : input) {
    RowValues rows(table);
    Value accumulator = call.value("identity");
    for (size_t row = 0; row < table.rows; ++row) {
      if (auto ok = call.context().step(); !ok) return fail(ok.error());
      const Argument arguments[] = {{"r", rows.record(row)}, {"accumulator", std::move(accumulator)}};
      auto next = call.invoke(fn, arguments);
      if (!next) return fail(next.error());
      if (!next->is(Type::Record)) return refuse("`fn` must give a record");
      accumulator = std::move(*next);
    }
    GroupKey key = table.key;
    for (const auto& [label, value] : accumulator.as_record().fields()) {
      if (!key.has(label.view())) continue;
      const auto cell = to_cell(value);
      if (!cell) return refuse("\"{}\" is of a type that no column can have", label.view());
      key = key.with(label.view(), *cell);
    }
    Table result = table_of_key(key, 1);
    result.range = table.range;
    for (const auto& [label, value] : accumulator.as_record().fields()) {
      const auto cell = to_cell(value);
      if (!cell) return refuse("\"{}\" is of a type that no column can have", label.view());
      result.put(label.view(), Column::constant(*cell, 1));
    }
    if (!places.try_emplace(key.identity(), out.size()).second) {
      return refuse("two reducers writing result to the same table");
    }
    out.push_back(std::move(result));
  }
  return out;
}

constexpr Parameter kTables{"tables", kStream, Need::Pipe};
constexpr Parameter kColumn{"column", kString};

constexpr Builtin kBuiltins[] = {
    {"experimental", "count", {kTables}, nullptr, count},
    {"experimental", "sum", {kTables}, nullptr, sum},
    {"experimental", "mean", {kTables}, nullptr, mean},
    {"experimental", "spread", {kTables}, nullptr, spread},
    {"experimental", "skew", {kTables}, nullptr, skew},
    {"experimental", "mode", {kTables}, nullptr, mode},
    {"experimental", "stddev", {kTables, {"mode", kString}}, nullptr, stddev},
    {"experimental",
     "quantile",
     {kTables, {"q", kFloat, Need::Required}, {"compression", kFloat}, {"method", kString}},
     nullptr,
     quantile},
    {"experimental", "integral", {kTables, {"unit", kDuration}, {"interpolate", kString}}, nullptr, integral},
    {"", "count", {kTables, kColumn}, nullptr, count},
    {"", "sum", {kTables, kColumn}, nullptr, sum},
    {"", "mean", {kTables, kColumn}, nullptr, mean},
    {"", "spread", {kTables, kColumn}, nullptr, spread},
    {"", "skew", {kTables, kColumn}, nullptr, skew},
    {"", "stddev", {kTables, kColumn, {"mode", kString}}, nullptr, stddev},
    {"",
     "quantile",
     {kTables, kColumn, {"q", kFloat, Need::Required}, {"compression", kFloat}, {"method", kString}},
     nullptr,
     quantile},
    {"", "median", {kTables, kColumn, {"compression", kFloat}, {"method", kString}}, nullptr, median},
    {"", "mode", {kTables, kColumn}, nullptr, mode},
    {"",
     "integral",
     {kTables, kColumn, {"unit", kDuration}, {"timeColumn", kString}, {"interpolate", kString}},
     nullptr,
     integral},
    {"",
     "reduce",
     {kTables, {"fn", kFunction, Need::Required}, {"identity", kRecord, Need::Required}},
     nullptr,
     reduce},
};

}  // namespace

extern const FunctionSet aggregates_function_set;
const FunctionSet aggregates_function_set{kBuiltins, {}};

}  // namespace inquest::query
