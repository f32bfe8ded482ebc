// Geometry on the unit sphere, and the cells of Google's S2 that places are named by.
// https://s2geometry.io/devguide/s2cell_hierarchy
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::query {

struct LatLon {
  double lat = 0;  // in degrees
  double lon = 0;
};

// A unit vector.
struct SpherePoint {
  double x = 0, y = 0, z = 0;
};
SpherePoint to_sphere(LatLon at);
LatLon to_degrees(const SpherePoint& point);

// Angles in radians.
double angle(const SpherePoint& a, const SpherePoint& b);
// To the nearest point of the shorter arc from a to b.
double angle_to_edge(const SpherePoint& point, const SpherePoint& a, const SpherePoint& b);
// Between the nearest points of two arcs; 0 where they cross.
double angle_between_edges(const SpherePoint& a, const SpherePoint& b, const SpherePoint& c, const SpherePoint& d);
// Inside of a polygon, whose corners may go round either way; it is the smaller of the two parts of the sphere.
bool inside_polygon(const SpherePoint& point, const std::vector<SpherePoint>& corners);

// A cell's number; level 30 is the smallest, some centimetres wide.
class S2Cell {
 public:
  static constexpr int kMostLevel = 30;

  static S2Cell at(LatLon place);  // of level 30
  static S2Cell at(const SpherePoint& place);
  static S2Cell of_face(int face);  // one of the six of level 0, from 0 on
  // "89c25": the number's digits without zeros behind; nothing for what names no cell.
  static std::optional<S2Cell> of_token(std::string_view token);

  int level() const;
  S2Cell parent(int level) const;          // of a level that is not greater than its own
  std::array<S2Cell, 4> children() const;  // in the order of their numbers; its own level must be below 30
  LatLon centre() const;
  // In the order in which they go round; arcs between them are the cell's border.
  std::array<SpherePoint, 4> corners() const;
  bool contains(const SpherePoint& point) const { return at(point).parent(level()) == *this; }
  std::string token() const;
  friend bool operator==(S2Cell, S2Cell) = default;

 private:
  explicit S2Cell(uint64_t id) : id_(id) {}
  // A point of it, by how far along its sides, of 0 to 1.
  SpherePoint inside(double along, double across) const;

  uint64_t id_;
};

}  // namespace inquest::query
