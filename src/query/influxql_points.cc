#include "query/influxql_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

#include "base/checked.h"
#include "query/aggregate.h"
#include "query/forecast.h"
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

// `field::integer` and its like; nothing where the value has no such form.
std::optional<Cell> cast_to(std::string_view cast, Cell value) {
  const auto number = number_of(value);
  const double most = static_cast<double>(std::numeric_limits<int64_t>::max());
  if (cast == "integer") {
    if (value.type == ColumnType::Int) return value;
    if (!number || !(std::fabs(*number) < most)) return std::nullopt;
    return Cell::of(static_cast<int64_t>(*number));
  }
  if (cast == "float") return number ? std::optional(Cell::of(*number)) : std::nullopt;
  if (cast == "string" && value.type != ColumnType::String) return std::nullopt;
  if (cast == "boolean" && value.type != ColumnType::Bool) return std::nullopt;
  return value;
}

struct TransformRule {
  std::string name;
  double unit = 0;
  size_t width = 0;
};

// Points of one time, numbered.
void put(InfluxqlPoints& out, Ns time, Cell value) {
  const size_t place = !out.empty() && out.back().time == time ? out.back().place + 1 : 0;
  out.push_back({time, std::move(value), place, {}});
}

InfluxqlPoints averages(const InfluxqlPoints& in, size_t width) {
  InfluxqlPoints out;
  double sum = 0;
  for (size_t i = 0; i < in.size(); ++i) {
    if (i >= width) sum -= number_of(in[i - width].value).value_or(0);
    sum += number_of(in[i].value).value_or(0);
    if (i + 1 >= width) put(out, in[i].time, Cell::of(sum / static_cast<double>(width)));
  }
  return out;
}

InfluxqlPoints sums(const InfluxqlPoints& in) {
  InfluxqlPoints out;
  Cell sum = Cell::none(ColumnType::Float);
  for (const InfluxqlPoint& point : in) {
    sum = sum.null ? point.value : influxql_arithmetic("+", sum, point.value);
    put(out, point.time, sum);
  }
  return out;
}

// What compares each point with the one before it.
InfluxqlPoints transformed(const InfluxqlPoints& in, const TransformRule& rule) {
  if (rule.name == "moving_average") return averages(in, rule.width);
  if (rule.name == "cumulative_sum") return sums(in);
  InfluxqlPoints out;
  const bool non_negative = rule.name.starts_with("non_negative");
  for (size_t i = 1; i < in.size(); ++i) {
    const Ns gap = in[i].time - in[i - 1].time;
    if (rule.name == "elapsed") {
      put(out, in[i].time, Cell::of(static_cast<int64_t>(static_cast<double>(gap) / rule.unit)));
      continue;
    }
    Cell change = influxql_arithmetic("-", in[i].value, in[i - 1].value);
    if (rule.name.ends_with("derivative")) {
      if (gap == 0) continue;
      change = Cell::of(number_of(change).value_or(0) / (std::fabs(static_cast<double>(gap)) / rule.unit));
    }
    if (non_negative && number_of(change).value_or(0) < 0) continue;
    put(out, in[i].time, change);
  }
  return out;
}

Cell of_number(std::string_view name, double x) {
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
  // What has no value is nothing.
  const auto in_range = [](double y) { return std::isnan(y) ? Cell::none(ColumnType::Float) : Cell::of(y); };
  if (name == "acos") return in_range(std::acos(x));
  if (name == "asin") return in_range(std::asin(x));
  if (name == "atan") return Cell::of(std::atan(x));
  return Cell::none(ColumnType::Float);
}

Cell of_numbers(std::string_view name, const Cell& a, const Cell& b) {
  const auto x = number_of(a);
  const auto y = number_of(b);
  if (!x || !y) return Cell::none(ColumnType::Float);
  if (name == "pow") return Cell::of(std::pow(*x, *y));
  if (name == "log") return Cell::of(std::log(*x) / std::log(*y));
  if (name == "atan2") return Cell::of(std::atan2(*x, *y));
  return influxql_arithmetic(name, a, b);
}

constexpr std::string_view kAggregates[] = {"count",    "sum",      "mean", "median", "mode",  "spread",
                                            "stddev",   "first",    "last", "min",    "max",   "percentile",
                                            "distinct", "integral", "top",  "bottom", "sample"};
constexpr std::string_view kSelectors[] = {"first", "last", "min", "max", "percentile", "top", "bottom", "sample"};
constexpr std::string_view kTransforms[] = {
    "derivative",     "non_negative_derivative", "difference", "non_negative_difference",
    "cumulative_sum", "moving_average",          "elapsed"};
constexpr std::string_view kNumeric[] = {"abs", "ceil", "floor", "round", "sqrt", "exp",  "ln",  "log2", "log10",
                                         "sin", "cos",  "tan",   "asin",  "acos", "atan", "pow", "log",  "atan2"};

bool any_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool is_influxql_aggregate(std::string_view name) { return any_of(kAggregates, name); }
bool is_influxql_selector(std::string_view name) { return any_of(kSelectors, name); }
bool is_influxql_transform(std::string_view name) { return any_of(kTransforms, name); }
bool is_influxql_forecast(std::string_view name) { return name == "holt_winters" || name == "holt_winters_with_fit"; }
bool is_influxql_number_function(std::string_view name) { return any_of(kNumeric, name); }

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
    case Kind::Binary: return paired(expression);
    case Kind::Name: {
      InfluxqlPoints out;
      const Column* column = rows_.find(expression.text);
      const Column& times = *rows_.find("time");
      if (auto ok = context_.step(rows_.rows); !ok) return fail(ok.error());
      for (size_t row = 0; column != nullptr && row < rows_.rows; ++row) {
        if (column->null(row)) continue;
        if (auto value = cast_to(expression.cast, column->cell(row))) {
          out.push_back({times.time(row), std::move(*value), row, {}});
        }
      }
      if (buckets_.newest_first) std::ranges::reverse(out);
      return out;
    }
    default: return refuse("field must contain at least one variable");
  }
}

Result<InfluxqlPoints> InfluxqlEvaluation::call(const InfluxqlExpression& e) const {
  if (is_influxql_aggregate(e.text)) return aggregate(e);
  if (is_influxql_transform(e.text)) return transform(e);
  if (is_influxql_forecast(e.text)) return forecasted(e);
  if (e.operands.size() > 1) return paired(e);
  auto points = of(*e.operands[0]);
  if (!points) return points;
  for (InfluxqlPoint& point : *points) {
    const auto x = number_of(point.value);
    point.value = x ? of_number(e.text, *x) : Cell::none(ColumnType::Float);
  }
  return points;
}

Result<InfluxqlPoints> InfluxqlEvaluation::forecasted(const InfluxqlExpression& e) const {
  auto points = of(*e.operands[0]);
  if (!points) return points;
  if (buckets_.newest_first) std::ranges::reverse(*points);
  std::vector<TimedValue> known;
  for (const InfluxqlPoint& point : *points) {
    if (const auto value = number_of(point.value)) known.push_back({point.time, value});
  }
  const ForecastAsked asked{buckets_.every, static_cast<size_t>(e.operands[1]->integer),
                            static_cast<size_t>(e.operands[2]->integer), e.text.ends_with("_with_fit"),
                            Search::Influxql};
  const auto found = forecast(context_, known, asked);
  if (!found) return fail(found.error());
  InfluxqlPoints out;
  std::optional<Ns> time = found->first;
  for (const double value : found->values) {
    if (!time) break;
    out.push_back({*time, std::isnan(value) ? Cell::none(ColumnType::Float) : Cell::of(value), 0, {}});
    time = checked_add(*time, buckets_.every);
  }
  if (buckets_.newest_first) std::ranges::reverse(out);
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
    } else if (is_count && fill_.kind == Fill::Null) {
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
  if (e.text.ends_with("derivative") && e.operands[0]->kind == Kind::Call && buckets_.every > 0) {
    rule.unit = static_cast<double>(buckets_.every);
  }
  if (e.operands.size() > 1) {
    const InfluxqlExpression& unit = *e.operands[1];
    if (e.text == "moving_average") {
      if (unit.kind != Kind::Integer)
        return refuse("second argument for moving_average must be an integer, got *influxql.VarRef");
      if (unit.integer < 2) return refuse("moving_average window must be greater than 1, got {}", unit.integer);
      rule.width = static_cast<size_t>(unit.integer);
    } else if (unit.kind != Kind::Duration) {
      return refuse("second argument to {} must be a duration, got *influxql.{}", e.text,
                    unit.kind == Kind::Integer ? "IntegerLiteral" : "VarRef");
    } else if (unit.integer <= 0) {
      return refuse("duration argument must be positive, got {}s", unit.integer / kSecond);
    } else {
      rule.unit = static_cast<double>(unit.integer);
    }
  }
  if (rule.width > 100'000) return fail(ErrorCode::Limit, "the window is too long");
  return transformed(*points, rule);
}

Result<InfluxqlPoints> InfluxqlEvaluation::paired(const InfluxqlExpression& e) const {
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
      point.value = is_number(left) ? of_numbers(e.text, constant(left), point.value)
                                    : of_numbers(e.text, point.value, constant(right));
    }
    return points;
  }
  const auto a = of(left);
  if (!a) return a;
  const auto b = of(right);
  if (!b) return b;
  // A side without a value makes null of the other's.
  std::map<std::pair<Ns, size_t>, std::pair<Cell, Cell>> sides;
  const Cell none = Cell::none(ColumnType::Float);
  for (const InfluxqlPoint& point : *a) sides.try_emplace({point.time, point.place}, point.value, none);
  for (const InfluxqlPoint& point : *b) {
    sides.try_emplace({point.time, point.place}, none, none).first->second.second = point.value;
  }
  InfluxqlPoints out;
  for (const auto& [at, values] : sides) {
    out.push_back({at.first, of_numbers(e.text, values.first, values.second), at.second, {}});
  }
  if (buckets_.newest_first) std::ranges::reverse(out);
  return out;
}

}  // namespace inquest::query
