#include "query/influxql_points.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include "query/aggregate.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;

std::optional<double> number_of(const Cell& cell) {
  if (cell.null) return std::nullopt;
  switch (cell.type) {
    case ColumnType::Int: return static_cast<double>(cell.integer());
    case ColumnType::UInt: return static_cast<double>(cell.bits);
    case ColumnType::Float: return cell.number();
    default: return std::nullopt;
  }
}

// The value below which `percent` of all are, which is one of them.
std::optional<size_t> percentile_row(const Column& column, size_t begin, size_t end, double percent) {
  std::vector<uint32_t> rows;
  for (size_t row = begin; row < end; ++row) {
    if (!column.null(row)) rows.push_back(static_cast<uint32_t>(row));
  }
  std::ranges::stable_sort(rows, [&](uint32_t a, uint32_t b) { return compare(column, a, column, b) < 0; });
  const double place = std::floor(static_cast<double>(rows.size()) * percent / 100 + 0.5) - 1;
  if (rows.empty() || place < 0 || place >= static_cast<double>(rows.size())) return std::nullopt;
  return rows[static_cast<size_t>(place)];
}

std::optional<Aggregate> aggregate_named(std::string_view name) {
  if (name == "sum") return Aggregate{AggregateKind::Sum};
  if (name == "mean") return Aggregate{AggregateKind::Mean};
  if (name == "spread") return Aggregate{AggregateKind::Spread};
  if (name == "stddev") return Aggregate{AggregateKind::StddevSample};
  if (name == "median") return Aggregate{AggregateKind::QuantileExact, 0.5};
  return std::nullopt;
}

int64_t values_in(const Column& column, size_t begin, size_t end) {
  int64_t count = 0;
  for (size_t row = begin; row < end; ++row) count += column.null(row) ? 0 : 1;
  return count;
}

Cell mode_of(const Column& column, size_t begin, size_t end) {
  const auto less = [](const Cell& a, const Cell& b) { return compare(a, b) < 0; };
  std::map<Cell, size_t, decltype(less)> counts(less);
  for (size_t row = begin; row < end; ++row) {
    if (!column.null(row)) ++counts[column.cell(row)];
  }
  const auto most = std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; });
  return most == counts.end() ? Cell::none(column.type()) : most->first;
}

struct TransformRule {
  std::string name;
  double unit = 0;
  size_t width = 0;
};

InfluxqlPoints transformed(const InfluxqlPoints& in, const TransformRule& rule) {
  InfluxqlPoints out;
  const bool cumulative = rule.name == "cumulative_sum";
  const bool average = rule.name == "moving_average";
  const bool non_negative = rule.name.starts_with("non_negative");
  Cell sum = Cell::none(ColumnType::Float);
  for (size_t i = 0; i < in.size(); ++i) {
    const Cell& here = in[i].value;
    if (cumulative) {
      sum = sum.null ? here : influxql_arithmetic("+", sum, here);
      out.push_back({in[i].time, sum});
      continue;
    }
    if (average) {
      if (i + 1 < rule.width) continue;
      double total = 0;
      for (size_t back = 0; back < rule.width; ++back) total += number_of(in[i - back].value).value_or(0);
      out.push_back({in[i].time, Cell::of(total / static_cast<double>(rule.width))});
      continue;
    }
    if (i == 0) continue;
    const Ns gap = in[i].time - in[i - 1].time;
    if (rule.name == "elapsed") {
      out.push_back({in[i].time, Cell::of(static_cast<int64_t>(static_cast<double>(gap) / rule.unit))});
      continue;
    }
    Cell change = influxql_arithmetic("-", here, in[i - 1].value);
    if (rule.name.ends_with("derivative")) {
      if (gap == 0) continue;
      change = Cell::of(number_of(change).value_or(0) / (static_cast<double>(gap) / rule.unit));
    }
    if (non_negative && number_of(change).value_or(0) < 0) continue;
    out.push_back({in[i].time, change});
  }
  return out;
}

Cell of_number(std::string_view name, double x, const InfluxqlExpression& call) {
  if (name == "abs") return Cell::of(std::fabs(x));
  if (name == "ceil") return Cell::of(std::ceil(x));
  if (name == "floor") return Cell::of(std::floor(x));
  if (name == "round") return Cell::of(std::round(x));
  if (name == "sqrt") return Cell::of(std::sqrt(x));
  if (name == "exp") return Cell::of(std::exp(x));
  if (name == "ln") return Cell::of(std::log(x));
  if (name == "log2") return Cell::of(std::log2(x));
  if (name == "log10") return Cell::of(std::log10(x));
  if (name == "sin") return Cell::of(std::sin(x));
  if (name == "cos") return Cell::of(std::cos(x));
  if (name == "tan") return Cell::of(std::tan(x));
  const double by = call.operands.size() > 1 ? call.operands[1]->number : 0;
  if (name == "pow") return Cell::of(std::pow(x, by));
  if (name == "log") return Cell::of(std::log(x) / std::log(by));
  return Cell::none(ColumnType::Float);
}

constexpr std::string_view kAggregates[] = {"count",    "sum",      "mean", "median", "mode",  "spread",
                                            "stddev",   "first",    "last", "min",    "max",   "percentile",
                                            "distinct", "integral", "top",  "bottom", "sample"};
constexpr std::string_view kTransforms[] = {
    "derivative",     "non_negative_derivative", "difference", "non_negative_difference",
    "cumulative_sum", "moving_average",          "elapsed"};
constexpr std::string_view kNumeric[] = {"abs",  "ceil",  "floor", "round", "sqrt", "exp", "ln",
                                         "log2", "log10", "sin",   "cos",   "tan",  "pow", "log"};

bool any_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_influxql_aggregate(std::string_view name) { return any_of(kAggregates, name); }
bool is_influxql_transform(std::string_view name) { return any_of(kTransforms, name); }

Cell influxql_arithmetic(std::string_view op, const Cell& a, const Cell& b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (!x || !y) return Cell::none(ColumnType::Float);
  const bool integers = a.type == ColumnType::Int && b.type == ColumnType::Int;
  if (integers && op != "/") {
    const auto m = static_cast<uint64_t>(a.integer());
    const auto n = static_cast<uint64_t>(b.integer());
    if (op == "+") return Cell::of(static_cast<int64_t>(m + n));
    if (op == "-") return Cell::of(static_cast<int64_t>(m - n));
    if (op == "*") return Cell::of(static_cast<int64_t>(m * n));
    if (op == "%") {
      // The smallest integer has no positive counterpart: dividing it by -1 is no number.
      if (b.integer() == 0) return Cell::of(int64_t{0});
      return Cell::of(b.integer() == -1 ? int64_t{0} : a.integer() % b.integer());
    }
    if (op == "&") return Cell::of(a.integer() & b.integer());
    if (op == "|") return Cell::of(a.integer() | b.integer());
    if (op == "^") return Cell::of(a.integer() ^ b.integer());
  }
  if (op == "+") return Cell::of(*x + *y);
  if (op == "-") return Cell::of(*x - *y);
  if (op == "*") return Cell::of(*x * *y);
  if (op == "/") return *y == 0 ? Cell::of(0.0) : Cell::of(*x / *y);
  if (op == "%") return Cell::of(std::fmod(*x, *y));
  return Cell::none(ColumnType::Float);
}

Result<InfluxqlPoints> InfluxqlEvaluation::of(const InfluxqlExpression& expression) const {
  switch (expression.kind) {
    case Kind::Call: return call(expression);
    case Kind::Binary: return binary(expression);
    case Kind::Name: {
      InfluxqlPoints out;
      const Column* column = rows_.find(expression.text);
      const Column& times = *rows_.find("time");
      for (size_t row = 0; column != nullptr && row < rows_.rows; ++row) {
        if (!column->null(row)) out.push_back({times.time(row), column->cell(row)});
      }
      return out;
    }
    default: return refuse("unsupported expression in SELECT");
  }
}

Result<InfluxqlPoints> InfluxqlEvaluation::call(const InfluxqlExpression& e) const {
  if (e.operands.empty()) return refuse("invalid number of arguments for {}, expected at least 1, got 0", e.text);
  if (is_influxql_aggregate(e.text)) return aggregate(e);
  if (is_influxql_transform(e.text)) return transform(e);
  if (!any_of(kNumeric, e.text)) return refuse("undefined function {}()", e.text);
  auto points = of(*e.operands[0]);
  if (!points) return points;
  for (InfluxqlPoint& point : *points) {
    const auto x = number_of(point.value);
    point.value = x ? of_number(e.text, *x, e) : Cell::none(ColumnType::Float);
  }
  return points;
}

Result<InfluxqlPoints> InfluxqlEvaluation::aggregate(const InfluxqlExpression& e) const {
  const bool distinct_count =
      e.text == "count" && e.operands[0]->kind == Kind::Call && e.operands[0]->text == "distinct";
  const InfluxqlExpression& argument = distinct_count ? *e.operands[0]->operands.at(0) : *e.operands[0];
  if (argument.kind != Kind::Name) return refuse("expected field argument in {}()", e.text);
  InfluxqlPoints out;
  const Column* column = rows_.find(argument.text);
  if (column == nullptr || values_in(*column, 0, rows_.rows) == 0) return out;  // a series without the field
  const Column& times = *rows_.find("time");
  const double parameter = e.operands.size() > 1 ? e.operands[1]->number : 0;
  const auto selector = find_selector(e.text);
  const auto plain = aggregate_named(e.text);
  size_t begin = 0;
  for (size_t bucket = 0; bucket < buckets_.count; ++bucket) {
    size_t end = begin;
    while (end < rows_.rows && buckets_.of(times.time(end)) == bucket) ++end;
    const Ns time = buckets_.start(bucket);
    const auto put_row = [&](std::optional<size_t> row) {
      if (!row) return out.push_back({time, Cell::none(column->type())});
      out.push_back({buckets_.own_times ? times.time(*row) : time, column->cell(*row)});
    };
    if (e.text == "count") {
      int64_t count = values_in(*column, begin, end);
      if (distinct_count) {
        std::set<std::pair<uint64_t, std::string>> seen;
        for (size_t row = begin; row < end; ++row) {
          if (column->null(row)) continue;
          const Cell cell = column->cell(row);
          seen.emplace(cell.bits, cell.text);
        }
        count = static_cast<int64_t>(seen.size());
      }
      out.push_back({time, count == 0 && buckets_.every != 0 ? Cell::none(ColumnType::Int) : Cell::of(count)});
    } else if (selector) {
      const auto row = select_row(*selector, *column, begin, end);
      if (!row) return fail(row.error());
      put_row(*row);
    } else if (e.text == "percentile") {
      put_row(percentile_row(*column, begin, end, parameter));
    } else if (e.text == "mode") {
      out.push_back({time, mode_of(*column, begin, end)});
    } else if (e.text == "distinct") {
      std::map<std::pair<uint64_t, std::string>, Cell> seen;
      for (size_t row = begin; row < end; ++row) {
        if (column->null(row)) continue;
        const Cell cell = column->cell(row);
        seen.try_emplace({cell.bits, cell.text}, cell);
      }
      for (const auto& [identity, cell] : seen) out.push_back({time, cell});
    } else if (e.text == "top" || e.text == "bottom") {
      std::vector<uint32_t> rows;
      for (size_t row = begin; row < end; ++row) {
        if (!column->null(row)) rows.push_back(static_cast<uint32_t>(row));
      }
      const bool top = e.text == "top";
      std::ranges::stable_sort(rows, [&](uint32_t a, uint32_t b) {
        const int order = compare(*column, a, *column, b);
        return top ? order > 0 : order < 0;
      });
      rows.resize(std::min(rows.size(), static_cast<size_t>(std::max(parameter, 0.0))));
      std::ranges::sort(rows);
      for (const uint32_t row : rows) out.push_back({times.time(row), column->cell(row)});
    } else if (e.text == "integral") {
      const double unit = e.operands.size() > 1 ? static_cast<double>(e.operands[1]->integer) : double{kSecond};
      double sum = 0;
      std::optional<size_t> before;
      for (size_t row = begin; row < end; ++row) {
        if (column->null(row)) continue;
        if (before) {
          sum += 0.5 * (as_double(*column, row) + as_double(*column, *before)) *
                 static_cast<double>(times.time(row) - times.time(*before)) / unit;
        }
        before = row;
      }
      out.push_back({time, before ? Cell::of(sum) : Cell::none(ColumnType::Float)});
    } else if (plain) {
      const auto cell = plain->of(*column, begin, end);
      if (!cell) return fail(cell.error());
      out.push_back({time, *cell});
    } else {
      return refuse("undefined function {}()", e.text);
    }
    begin = end;
  }
  if (buckets_.every != 0) fill(out, e.text == "count");
  return out;
}

void InfluxqlEvaluation::fill(InfluxqlPoints& points, bool is_count) const {
  using Fill = InfluxqlStatement::Fill;
  if (fill_.kind == Fill::None) {
    std::erase_if(points, [](const InfluxqlPoint& point) { return point.value.null; });
    return;
  }
  for (size_t i = 0; i < points.size(); ++i) {
    Cell& value = points[i].value;
    if (!value.null) continue;
    if (fill_.kind == Fill::Number) {
      value = value.type == ColumnType::Int ? Cell::of(static_cast<int64_t>(fill_.number)) : Cell::of(fill_.number);
    } else if (fill_.kind == Fill::Previous && i > 0) {
      value = points[i - 1].value;
    } else if (fill_.kind == Fill::Linear && i > 0) {
      size_t next = i;
      while (next < points.size() && points[next].value.null) ++next;
      const auto low = number_of(points[i - 1].value);
      if (next == points.size() || !low) continue;
      const auto high = number_of(points[next].value);
      const double at = *low + (high.value_or(*low) - *low) / static_cast<double>(next - i + 1);
      value = value.type == ColumnType::Int ? Cell::of(static_cast<int64_t>(at)) : Cell::of(at);
    } else if (is_count && !fill_.given) {
      value = Cell::of(int64_t{0});  // of nothing there are none
    }
  }
}

Result<InfluxqlPoints> InfluxqlEvaluation::transform(const InfluxqlExpression& e) const {
  // What is behind is looked at before it is filled, unless the query asks for filling.
  auto points = of(*e.operands[0]);
  if (!points) return points;
  std::erase_if(*points, [](const InfluxqlPoint& point) { return point.value.null; });
  TransformRule rule{e.text, static_cast<double>(kSecond), 2};
  if (e.text == "elapsed") rule.unit = 1;
  if (e.operands[0]->kind == Kind::Call && buckets_.every > 0) rule.unit = static_cast<double>(buckets_.every);
  if (e.operands.size() > 1) {
    const InfluxqlExpression& unit = *e.operands[1];
    if (e.text == "moving_average") {
      if (unit.kind != Kind::Integer || unit.integer < 2) return refuse("moving_average window must be greater than 1");
      rule.width = static_cast<size_t>(unit.integer);
    } else if (unit.kind != Kind::Duration || unit.integer <= 0) {
      return refuse("duration argument must be positive");
    } else {
      rule.unit = static_cast<double>(unit.integer);
    }
  }
  if (rule.width > 100'000) return fail(ErrorCode::Limit, "the window is too long");
  return transformed(*points, rule);
}

Result<InfluxqlPoints> InfluxqlEvaluation::binary(const InfluxqlExpression& e) const {
  const auto is_number = [](const InfluxqlExpression& each) {
    return each.kind == Kind::Number || each.kind == Kind::Integer;
  };
  const auto constant = [](const InfluxqlExpression& each) {
    return each.kind == Kind::Integer ? Cell::of(each.integer) : Cell::of(each.number);
  };
  const InfluxqlExpression& left = *e.operands[0];
  const InfluxqlExpression& right = *e.operands[1];
  if (is_number(left) || is_number(right)) {
    if (is_number(left) && is_number(right)) return refuse("an expression needs a field");
    auto points = of(is_number(left) ? right : left);
    if (!points) return points;
    for (InfluxqlPoint& point : *points) {
      point.value = is_number(left) ? influxql_arithmetic(e.text, constant(left), point.value)
                                    : influxql_arithmetic(e.text, point.value, constant(right));
    }
    return points;
  }
  auto a = of(left);
  if (!a) return a;
  auto b = of(right);
  if (!b) return b;
  std::map<Ns, Cell> others;
  for (const InfluxqlPoint& point : *b) others.insert_or_assign(point.time, point.value);
  for (InfluxqlPoint& point : *a) {
    const auto other = others.find(point.time);
    point.value =
        other == others.end() ? Cell::none(ColumnType::Float) : influxql_arithmetic(e.text, point.value, other->second);
  }
  return a;
}

}  // namespace inquest::query
