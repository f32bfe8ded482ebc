// Shapes on Earth: a point, and what has an inside or a length.
#pragma once

#include <variant>
#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/sphere.h"

namespace inquest::query {

// Between two parallels and two meridians; west is less than east.
struct Box {
  LatLon least, most;
};
struct Circle {
  LatLon centre;
  double radius = 0;  // in radians
};
struct Polygon {
  std::vector<SpherePoint> corners;
};
struct Polyline {
  std::vector<SpherePoint> points;
};
using Geometry = std::variant<LatLon, Box, Circle, Polygon, Polyline>;

// Points and lines contain nothing.
bool contains(const Geometry& region, const SpherePoint& point);
// As arcs, one after the other; a box's parallels are no arcs, and stand for ones. Empty for points and circles.
std::vector<SpherePoint> border_of(const Geometry& geometry);

// Angles in radians; 0 inside.
double distance_to_point(const Geometry& region, const SpherePoint& point);
Result<double> distance_to_line(Context& context, const Geometry& region, const Polyline& line);

}  // namespace inquest::query
