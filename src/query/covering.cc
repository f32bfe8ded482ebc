#include "query/covering.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace inquest::query {
namespace {

constexpr size_t kMostCells = 100'000;
constexpr double kDegree = std::numbers::pi / 180;

using Corners = std::array<SpherePoint, 4>;

// A part of a circle, from one angle upwards to another, which may be the smaller number.
struct Arc {
  double from = 0, to = 0;

  // The shorter way between both.
  static Arc between(double a, double b) {
    double way = b - a;
    if (way < 0) way += 2 * std::numbers::pi;
    return way <= std::numbers::pi ? Arc{a, b} : Arc{b, a};
  }
  bool has(double at) const { return from <= to ? from <= at && at <= to : at >= from || at <= to; }
};

double dot(const SpherePoint& a, const SpherePoint& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
SpherePoint unit_cross(const SpherePoint& a, const SpherePoint& b) {
  const SpherePoint out{a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
  const double size = std::sqrt(dot(out, out));
  return size == 0 ? SpherePoint{1, 0, 0} : SpherePoint{out.x / size, out.y / size, out.z / size};
}

// Whether the arc from a to b meets the parallel between those meridians (in radians).
bool meets_parallel(const SpherePoint& a, const SpherePoint& b, double lat, Arc meridians) {
  SpherePoint up = unit_cross(a, b);
  if (up.z < 0) up = {-up.x, -up.y, -up.z};
  // In the plane of the arc, x is where its circle comes closest to the pole.
  const SpherePoint y = unit_cross(up, {0, 0, 1});
  const SpherePoint x = unit_cross(y, up);
  const double height = std::sin(lat);
  if (std::fabs(height) >= x.z) return false;
  const double cosine = height / x.z;
  const double sine = std::sqrt(1 - cosine * cosine);
  const Arc arc = Arc::between(std::atan2(dot(a, y), dot(a, x)), std::atan2(dot(b, y), dot(b, x)));
  for (const double side : {sine, -sine}) {
    if (!arc.has(std::atan2(side, cosine))) continue;
    if (meridians.has(std::atan2(x.y * cosine + y.y * side, x.x * cosine + y.x * side))) return true;
  }
  return false;
}

bool meets(const Box& box, S2Cell cell, const Corners& corners) {
  const auto south_west = to_sphere(box.least);
  const auto north_east = to_sphere(box.most);
  const auto south_east = to_sphere({box.least.lat, box.most.lon});
  const auto north_west = to_sphere({box.most.lat, box.least.lon});
  for (const SpherePoint& corner : {south_west, north_east, south_east, north_west}) {
    if (cell.contains(corner)) return true;
  }
  const Arc meridians{box.least.lon * kDegree, box.most.lon * kDegree};
  for (size_t i = 0; i < corners.size(); ++i) {
    const SpherePoint& a = corners[i];
    const SpherePoint& b = corners[(i + 1) % corners.size()];
    if (contains(box, a)) return true;
    if (angle_between_edges(a, b, south_west, north_west) == 0) return true;
    if (angle_between_edges(a, b, south_east, north_east) == 0) return true;
    if (meets_parallel(a, b, box.least.lat * kDegree, meridians)) return true;
    if (meets_parallel(a, b, box.most.lat * kDegree, meridians)) return true;
  }
  return contains(box, to_sphere(cell.centre()));
}

bool meets(const Circle& circle, S2Cell cell, const Corners& corners) {
  const SpherePoint centre = to_sphere(circle.centre);
  if (cell.contains(centre)) return true;
  for (size_t i = 0; i < corners.size(); ++i) {
    if (angle_to_edge(centre, corners[i], corners[(i + 1) % corners.size()]) <= circle.radius) return true;
  }
  return false;
}

bool meets(const Polygon& polygon, S2Cell cell, const Corners& corners) {
  const size_t count = polygon.corners.size();
  for (const SpherePoint& corner : polygon.corners) {
    if (cell.contains(corner)) return true;
  }
  for (size_t i = 0; i < corners.size(); ++i) {
    if (inside_polygon(corners[i], polygon.corners)) return true;
    for (size_t j = 0; j < count; ++j) {
      if (angle_between_edges(corners[i], corners[(i + 1) % corners.size()], polygon.corners[j],
                              polygon.corners[(j + 1) % count]) == 0) {
        return true;
      }
    }
  }
  return false;
}

size_t size_of(const Geometry& region) {
  const auto* polygon = std::get_if<Polygon>(&region);
  return polygon == nullptr ? 1 : polygon->corners.size();
}

Result<void> add_cells(Context& context, const Geometry& region, S2Cell cell, int level, std::vector<S2Cell>& out) {
  if (auto ok = context.step(20 * size_of(region)); !ok) return ok;
  if (!intersects(region, cell)) return {};
  if (cell.level() == level) {
    if (out.size() >= kMostCells) return fail(ErrorCode::Limit, "too many cells cover the region");
    out.push_back(cell);
    return {};
  }
  for (const S2Cell child : cell.children()) {
    if (auto ok = add_cells(context, region, child, level, out); !ok) return ok;
  }
  return {};
}

}  // namespace

bool intersects(const Geometry& region, S2Cell cell) {
  const Corners corners = cell.corners();
  if (const auto* box = std::get_if<Box>(&region)) return meets(*box, cell, corners);
  if (const auto* circle = std::get_if<Circle>(&region)) return meets(*circle, cell, corners);
  const auto* polygon = std::get_if<Polygon>(&region);
  return polygon != nullptr && meets(*polygon, cell, corners);
}

Result<std::vector<S2Cell>> covering(Context& context, const Geometry& region, int level) {
  std::vector<S2Cell> out;
  for (int face = 0; face < 6; ++face) {
    if (auto ok = add_cells(context, region, S2Cell::of_face(face), level, out); !ok) return fail(ok.error());
  }
  return out;
}

}  // namespace inquest::query
