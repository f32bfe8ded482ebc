#include "query/region.h"

#include <algorithm>
#include <numbers>

namespace inquest::query {
namespace {

constexpr double kRadian = 180 / std::numbers::pi;

bool within(double low, double value, double high) { return low <= value && value <= high; }

double to_border(const SpherePoint& point, const std::vector<SpherePoint>& border) {
  double least = border.size() == 1 ? angle(point, border[0]) : 4;
  for (size_t i = 1; i < border.size(); ++i) least = std::min(least, angle_to_edge(point, border[i - 1], border[i]));
  return least;
}

// A box has parallels for borders, which are no arcs.
double to_box(const Box& box, const SpherePoint& point) {
  const LatLon at = to_degrees(point);
  if (within(box.least.lon, at.lon, box.most.lon)) {
    return std::max({0.0, at.lat - box.most.lat, box.least.lat - at.lat}) / kRadian;
  }
  double least = 4;
  for (const double lon : {box.least.lon, box.most.lon}) {
    least = std::min(least, angle_to_edge(point, to_sphere({box.least.lat, lon}), to_sphere({box.most.lat, lon})));
  }
  return least;
}

}  // namespace

bool contains(const Geometry& region, const SpherePoint& point) {
  if (const auto* box = std::get_if<Box>(&region)) {
    const LatLon at = to_degrees(point);
    return within(box->least.lat, at.lat, box->most.lat) && within(box->least.lon, at.lon, box->most.lon);
  }
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return angle(to_sphere(circle->centre), point) <= circle->radius;
  }
  const auto* polygon = std::get_if<Polygon>(&region);
  return polygon != nullptr && inside_polygon(point, polygon->corners);
}

std::vector<SpherePoint> border_of(const Geometry& geometry) {
  if (const auto* line = std::get_if<Polyline>(&geometry)) return line->points;
  std::vector<SpherePoint> out;
  if (const auto* polygon = std::get_if<Polygon>(&geometry)) out = polygon->corners;
  if (const auto* box = std::get_if<Box>(&geometry)) {
    const auto [south, west] = box->least;
    const auto [north, east] = box->most;
    for (const LatLon corner : {LatLon{south, west}, LatLon{south, east}, LatLon{north, east}, LatLon{north, west}}) {
      out.push_back(to_sphere(corner));
    }
  }
  if (!out.empty()) out.push_back(out.front());
  return out;
}

double distance_to_point(const Geometry& region, const SpherePoint& point) {
  if (const auto* at = std::get_if<LatLon>(&region)) return angle(to_sphere(*at), point);
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return std::max(angle(to_sphere(circle->centre), point) - circle->radius, 0.0);
  }
  if (const auto* box = std::get_if<Box>(&region)) return to_box(*box, point);
  return contains(region, point) ? 0 : to_border(point, border_of(region));
}

Result<double> distance_to_line(Context& context, const Geometry& region, const Polyline& line) {
  if (const auto* at = std::get_if<LatLon>(&region)) return to_border(to_sphere(*at), line.points);
  if (const auto* circle = std::get_if<Circle>(&region)) {
    return std::max(to_border(to_sphere(circle->centre), line.points) - circle->radius, 0.0);
  }
  const auto border = border_of(region);
  if (auto ok = context.step(border.size() * line.points.size()); !ok) return fail(ok.error());
  double least = 4;
  for (const SpherePoint& point : line.points) {
    least = std::min(least, contains(region, point) ? 0.0 : to_border(point, border));
  }
  for (size_t i = 1; i < border.size(); ++i) {
    for (size_t j = 1; j < line.points.size(); ++j) {
      least = std::min(least, angle_between_edges(border[i - 1], border[i], line.points[j - 1], line.points[j]));
    }
  }
  return least;
}

}  // namespace inquest::query
