// The package experimental/polyline: as few points as still draw the line (Ramer, Douglas and Peucker).

#include <algorithm>
#include <cmath>
#include <limits>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};
using Points = std::vector<Point>;

struct Farthest {
  size_t at = 0;
  double distance = 0;
};

// The point between two that is farthest from their line.
Result<Farthest> farthest(Context& context, const Points& points, size_t first, size_t last) {
  if (auto ok = context.step(last - first + 1); !ok) return fail(ok.error());
  const Point& from = points[first];
  const Point& to = points[last];
  const double a = from.y - to.y;
  const double b = to.x - from.x;
  const double c = from.x * to.y - to.x * from.y;
  const double length = std::sqrt(a * a + b * b);
  Farthest out{first, 0};
  for (size_t i = first + 1; i < last; ++i) {
    const double distance = std::abs(a * points[i].x + b * points[i].y + c) / length;
    if (distance > out.distance) out = {i, distance};
  }
  return out;
}

// How far a digitised line may lie beside the straight one that it was: Prasad, "Assessing error bound for dominant
// point detection", 2012.
double tolerance(const Point& from, const Point& to) {
  const double length = std::hypot(to.x - from.x, to.y - from.y);
  const double phi = to.x == from.x ? 0 : std::atan((to.y - from.y) / (to.x - from.x));
  const double most = (std::abs(std::sin(phi)) + std::abs(std::cos(phi))) / length;
  const double factor = (1 - most + most * most) / length;
  return length * std::max(std::atan(std::abs(std::sin(phi) + std::cos(phi)) * factor),
                           std::atan(std::abs(std::sin(phi) - std::cos(phi)) * factor));
}

// The points' weights: how far each was from the line it was cut off from; infinite at the ends, 0 for what no line was
// cut at. Lines are cut where `goes_on` says so: (first, last, farthest).
template <class GoesOn>
Result<std::vector<double>> weigh(Context& context, const Points& points, GoesOn goes_on) {
  std::vector<double> out(points.size());
  out.front() = out.back() = std::numeric_limits<double>::infinity();
  std::vector<std::pair<size_t, size_t>> open{{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    if (last - first < 2) continue;
    const auto far = farthest(context, points, first, last);
    if (!far) return fail(far.error());
    if (far->at == first || !goes_on(points[first], points[last], far->distance)) continue;
    out[far->at] = far->distance;
    open.emplace_back(first, far->at);
    open.emplace_back(far->at, last);
  }
  return out;
}

Result<std::vector<uint32_t>> kept(Context& context, const Points& points, double epsilon, double retention) {
  double least = std::numeric_limits<double>::min();
  Result<std::vector<double>> weights;
  if (epsilon != 0) {
    weights = weigh(context, points, [&](const Point&, const Point&, double far) { return far >= epsilon; });
  } else if (retention != 0) {
    const double count = std::floor(retention / 100 * static_cast<double>(points.size()));
    if (count < 1) {
      return refuse("The number of points to retain is less than 1. Please consider increasing the retention rate");
    }
    weights = weigh(context, points, [](const Point&, const Point&, double) { return true; });
    if (weights) {
      std::vector<double> sorted = *weights;
      std::ranges::sort(sorted, std::greater());
      least = sorted[static_cast<size_t>(count) - 1];
    }
  } else {
    weights = weigh(context, points,
                    [](const Point& from, const Point& to, double far) { return far >= tolerance(from, to); });
  }
  if (!weights) return fail(weights.error());
  std::vector<uint32_t> out;
  for (size_t i = 0; i < weights->size(); ++i) {
    if ((*weights)[i] >= least) out.push_back(static_cast<uint32_t>(i));
  }
  return out;
}

Result<Tables> rdp(Call& call, Tables input) {
  const std::string label(call.text("valColumn", "_value"));
  const std::string time_label(call.text("timeColumn", "_time"));
  const double epsilon = call.floating("epsilon");
  const double retention = call.floating("retention");
  if (call.has("epsilon") && !(epsilon > 0)) return refuse("Epsilon should be greater than 0.0");
  if (call.has("retention") && !(retention > 0 && retention < 100)) {
    return refuse("Retention percentage should be between 0.0 and 100.0");
  }
  if (epsilon != 0 && retention != 0) return refuse("Please provide either epsilon or retention rate and not both");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* times = table.find(time_label);
    if (times == nullptr || times->type() != ColumnType::Time) return refuse("cannot find time column {}", time_label);
    const Column* values = table.find(label);
    if (values == nullptr) return refuse("cannot find column {}", label);
    if (!is_number(values->type())) {
      return refuse("rdp can work only on numerical types, got {}", to_string(values->type()));
    }
    Points points;
    for (size_t row = 0; row < table.rows; ++row) {
      if (times->null(row)) continue;
      points.push_back({static_cast<double>(times->time(row)), values->null(row) ? 0 : as_double(*values, row)});
    }
    std::vector<uint32_t> rows;
    if (!points.empty()) {
      auto found = kept(call.context(), points, epsilon, retention);
      if (!found) return fail(std::move(found).error());
      rows = std::move(*found);
    }
    ColumnBuilder out_times(ColumnType::Time, rows.size());
    ColumnBuilder out_values(ColumnType::Float, rows.size());
    for (const uint32_t row : rows) {
      // Through a double, as Flux does: times are exact to a quarter of a microsecond.
      out_times.add(static_cast<Ns>(points[row].x));
      out_values.add(points[row].y);
    }
    Table out = table_of_key(table.key, rows.size());
    out.put("_time", out_times.finish());
    out.put("_value", out_values.finish());
    table = std::move(out);
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"experimental/polyline",
     "rdp",
     {{"tables", kStream, Need::Pipe},
      {"valColumn", kString},
      {"timeColumn", kString},
      {"epsilon", kFloat},
      {"retention", kFloat}},
     nullptr,
     rdp},
};

}  // namespace

extern const FunctionSet polyline_function_set;
const FunctionSet polyline_function_set{.builtins = kBuiltins};

}  // namespace inquest::query
