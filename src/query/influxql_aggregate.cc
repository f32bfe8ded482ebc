// What InfluxQL's functions over many rows give: mean() and its like, and selectors.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "query/aggregate.h"
#include "query/influxql_points.h"
#include "query/influxql_type.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;

std::optional<Aggregate> aggregate_named(std::string_view name) {
  if (name == "sum") return Aggregate{AggregateKind::Sum};
  if (name == "mean") return Aggregate{AggregateKind::Mean};
  if (name == "spread") return Aggregate{AggregateKind::Spread};
  if (name == "median") return Aggregate{AggregateKind::QuantileExact, 0.5};
  return std::nullopt;
}

bool takes(std::string_view name, ColumnType type) {
  if (is_number(type)) return true;
  if (name == "count" || name == "first" || name == "last" || name == "distinct" || name == "mode" ||
      name == "sample") {
    return true;
  }
  return type == ColumnType::Bool && (name == "min" || name == "max");
}

std::vector<size_t> rows_with_values(const Column& column, size_t begin, size_t end) {
  std::vector<size_t> rows;
  for (size_t row = begin; row < end; ++row) {
    if (!column.null(row)) rows.push_back(row);
  }
  return rows;
}

// first() and last() take the greatest of values with one time; min() and max() the earliest of values that are equal.
std::optional<size_t> chosen(std::string_view name, const Column& column, const Column& times,
                             const std::vector<size_t>& rows) {
  if (rows.empty()) return std::nullopt;
  return *std::ranges::max_element(rows, [&](size_t a, size_t b) {
    const int order = compare(column, a, column, b);
    if (name == "min") return order > 0;
    if (name == "max") return order < 0;
    if (times.time(a) == times.time(b)) return order < 0;
    return name == "first" ? times.time(a) > times.time(b) : times.time(a) < times.time(b);
  });
}

// The value below which `percent` of all are, which is one of them.
std::optional<size_t> percentile_row(const Column& column, std::vector<size_t> rows, double percent) {
  std::ranges::stable_sort(rows, [&](size_t a, size_t b) { return compare(column, a, column, b) < 0; });
  const double place = std::floor(static_cast<double>(rows.size()) * percent / 100 + 0.5) - 1;
  if (rows.empty() || !(place >= 0) || place >= static_cast<double>(rows.size())) return std::nullopt;
  return rows[static_cast<size_t>(place)];
}

bool before(const Cell& a, const Cell& b) { return compare(a, b) < 0; }

// How often each value occurs.
std::map<Cell, size_t, decltype(&before)> counts_of(const Column& column, const std::vector<size_t>& rows) {
  std::map<Cell, size_t, decltype(&before)> out(before);
  for (const size_t row : rows) ++out[column.cell(row)];
  return out;
}

// The greatest or the least `count` rows, of those that agree in the tags only the best; in the order of time.
std::vector<size_t> extremes(const Table& table, const Column& column, std::vector<size_t> rows,
                             const InfluxqlExpression& call, size_t count) {
  const bool top = call.text == "top";
  std::ranges::stable_sort(rows, [&](size_t a, size_t b) {
    const int order = compare(column, a, column, b);
    return top ? order > 0 : order < 0;
  });
  std::set<std::vector<std::string>> seen;
  std::erase_if(rows, [&](size_t row) {
    std::vector<std::string> tags;
    for (size_t i = 1; i + 1 < call.operands.size(); ++i) {
      const Column* tag = table.find(call.operands[i]->text);
      tags.push_back(tag == nullptr || tag->null(row) ? std::string() : tag->cell(row).text);
    }
    return !tags.empty() && !seen.insert(std::move(tags)).second;
  });
  if (rows.size() > count) rows.resize(count);
  std::ranges::sort(rows);
  return rows;
}

double integral_of(const Column& column, const Column& times, const std::vector<size_t>& rows, double unit) {
  double sum = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    sum += 0.5 * (as_double(column, rows[i]) + as_double(column, rows[i - 1])) *
           static_cast<double>(times.time(rows[i]) - times.time(rows[i - 1])) / unit;
  }
  return sum;
}

// Of a sample; nothing where there are fewer than two.
std::optional<double> deviation(const Column& column, const std::vector<size_t>& rows) {
  double mean = 0;
  double count = 0;
  for (const size_t row : rows) mean += (as_double(column, row) - mean) / ++count;
  double sum = 0;
  for (const size_t row : rows) sum += (as_double(column, row) - mean) * (as_double(column, row) - mean);
  return count < 2 ? std::nullopt : std::optional(std::sqrt(sum / (count - 1)));
}

// Which rows are drawn is left open by InfluxQL; the same question gets the same answer.
std::vector<size_t> sampled(const std::vector<size_t>& rows, size_t count) {
  if (count >= rows.size()) return rows;
  std::vector<size_t> out;
  for (size_t i = 0; i < count; ++i) out.push_back(rows[i * rows.size() / count]);
  return out;
}

}  // namespace

// The points of one interval.
void InfluxqlEvaluation::figures(const InfluxqlExpression& call, const Column& column, size_t begin, size_t end,
                                 Ns time, InfluxqlPoints& out) const {
  const Column& times = *rows_.find("time");
  const auto rows = rows_with_values(column, begin, end);
  const std::string& name = call.text;
  const InfluxqlExpression& last = *call.operands.back();
  const auto put = [&](Cell value) { out.push_back({time, std::move(value), 0, {}}); };
  const auto put_row = [&](std::optional<size_t> row) {
    if (!row && buckets_.every == 0 && name == "percentile") return;
    if (!row) return put(Cell::none(column.type()));
    out.push_back({buckets_.own_times ? times.time(*row) : time, column.cell(*row), 0, row});
  };
  const auto put_rows = [&](const std::vector<size_t>& several) {
    for (const size_t row : several) out.push_back({times.time(row), column.cell(row), row, row});
  };
  const auto most = static_cast<size_t>(std::max<int64_t>(last.integer, 0));
  if (name == "count") {
    const bool distinct = call.operands[0]->kind == Kind::Call;
    const size_t count = distinct ? counts_of(column, rows).size() : rows.size();
    const bool nothing = count == 0 && buckets_.every != 0;
    return put(nothing ? Cell::none(ColumnType::Int) : Cell::of(static_cast<int64_t>(count)));
  }
  if (name == "first" || name == "last" || name == "min" || name == "max") {
    return put_row(chosen(name, column, times, rows));
  }
  if (name == "percentile") return put_row(percentile_row(column, rows, last.number));
  if (name == "top" || name == "bottom") return put_rows(extremes(rows_, column, rows, call, most));
  if (name == "sample") return put_rows(sampled(rows, most));
  if (name == "mode") {
    const auto counts = counts_of(column, rows);
    const auto often = std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; });
    return put(often == counts.end() ? Cell::none(column.type()) : often->first);
  }
  if (name == "distinct") {
    size_t place = 0;
    for (const auto& [value, count] : counts_of(column, rows)) out.push_back({time, value, place++, {}});
    return;
  }
  if (name == "integral") {
    const double unit = last.kind == Kind::Duration ? static_cast<double>(last.integer) : double{kSecond};
    return put(rows.empty() ? Cell::none(ColumnType::Float) : Cell::of(integral_of(column, times, rows, unit)));
  }
  if (name == "stddev") {
    const auto found = deviation(column, rows);
    return put(found ? Cell::of(*found) : Cell::none(ColumnType::Float));
  }
  const auto cell = aggregate_named(name)->of(column, begin, end);
  put(cell ? *cell : Cell::none(ColumnType::Float));
}

Result<InfluxqlPoints> InfluxqlEvaluation::aggregate(const InfluxqlExpression& e) const {
  const InfluxqlExpression& argument = e.operands[0]->kind == Kind::Call ? *e.operands[0]->operands[0] : *e.operands[0];
  InfluxqlPoints out;
  const Column* column = rows_.find(argument.text);
  if (column == nullptr || rows_with_values(*column, 0, rows_.rows).empty()) return out;  // a series without the field
  if (!takes(e.text, column->type())) {
    return refuse("unsupported {} iterator type: *query.{}InterruptIterator", e.text,
                  influxql_type_name(column->type()));
  }
  const Column& times = *rows_.find("time");
  if (auto ok = context_.step(buckets_.count + rows_.rows * e.operands.size()); !ok) return fail(ok.error());
  if (auto ok = context_.room(buckets_.count * sizeof(InfluxqlPoint)); !ok) return fail(ok.error());
  size_t begin = 0;
  for (size_t bucket = 0; bucket < buckets_.count; ++bucket) {
    size_t end = begin;
    while (end < rows_.rows && buckets_.of(times.time(end)) == bucket) ++end;
    figures(e, *column, begin, end, buckets_.start(bucket), out);
    begin = end;
  }
  if (buckets_.newest_first) std::ranges::reverse(out);
  if (buckets_.every != 0) fill(out, e.text == "count");
  return out;
}

}  // namespace inquest::query
