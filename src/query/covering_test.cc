#include "query/covering.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

constexpr double kEarth = 6371.01;

std::vector<std::string> tokens(const Geometry& region, int level) {
  Context context(0, nullptr, {});
  const auto cells = covering(context, region, level);
  std::vector<std::string> out;
  EXPECT_TRUE(cells.has_value());
  if (!cells) return out;
  for (const S2Cell cell : *cells) out.push_back(cell.token());
  return out;
}

Geometry polygon(std::initializer_list<LatLon> corners) {
  Polygon out;
  for (const LatLon corner : corners) out.corners.push_back(to_sphere(corner));
  return out;
}

TEST(Covering, OfNearlyEverythingAreAllCells) {
  EXPECT_EQ(tokens(Circle{{40, 10}, 3.2}, 0), (std::vector<std::string>{"1", "3", "5", "7", "9", "b"}));
  EXPECT_EQ(tokens(Box{{-90, -180}, {90, 180}}, 2).size(), 96U);
}

TEST(Covering, OfAPlaceIsItsCell) {
  const LatLon place{40.7128, -74.0060};
  for (int level = 1; level <= 20; ++level) {
    const std::string own = S2Cell::at(place).parent(level).token();
    EXPECT_EQ(tokens(Circle{S2Cell::at(place).parent(level).centre(), 1e-12}, level), std::vector<std::string>{own});
  }
}

// Points inside of a region lie in its cells, and each of its cells has such points: of a fine grid of points, the
// cells that they lie in are the covering, but for cells that are touched between points.
TEST(Covering, HasTheCellsOfAllPlacesInside) {
  const std::pair<const char*, Geometry> regions[] = {
      {"circle", Circle{{40.7, -73.6}, 15 / kEarth}},
      {"circle at a face's edge", Circle{{10, 45}, 60 / kEarth}},
      {"box", Box{{40.51757813, -73.65234375}, {40.86914063, -73.30078125}}},
      {"box around the pole", Box{{89.6, -180}, {90, 180}}},
      {"polygon", polygon({{40.671659, -73.936631}, {40.706543, -73.749177}, {40.791333, -73.880327}})},
  };
  for (const auto& [name, region] : regions) {
    const auto cover = tokens(region, 11);
    ASSERT_FALSE(cover.empty()) << name;
    EXPECT_TRUE(std::ranges::is_sorted(cover)) << name;
    std::set<std::string> seen;
    for (const std::string& token : cover) {
      // Steps of a cell from the middle of each cell: corner to corner.
      const auto corners = S2Cell::of_token(token)->corners();
      constexpr int kSteps = 40;
      for (int i = 0; i <= kSteps; ++i) {
        for (int j = 0; j <= kSteps; ++j) {
          const double a = (i + 0.5) / (kSteps + 1);
          const double b = (j + 0.5) / (kSteps + 1);
          SpherePoint point;
          const double weights[] = {(1 - a) * (1 - b), a * (1 - b), a * b, (1 - a) * b};
          for (size_t k = 0; k < 4; ++k) {
            point.x += corners[k].x * weights[k];
            point.y += corners[k].y * weights[k];
            point.z += corners[k].z * weights[k];
          }
          if (contains(region, point)) seen.insert(token);
        }
      }
    }
    EXPECT_GE(seen.size() + 3, cover.size()) << name;  // what is touched at a corner alone
    for (double lat = -1; lat <= 1; lat += 0.013) {
      for (double lon = -1; lon <= 1; lon += 0.013) {
        const LatLon base = std::holds_alternative<Box>(region)      ? std::get<Box>(region).least
                            : std::holds_alternative<Circle>(region) ? std::get<Circle>(region).centre
                                                                     : LatLon{40.7, -73.8};
        const SpherePoint point = to_sphere({std::min(base.lat + lat, 90.0), base.lon + lon});
        if (!contains(region, point)) continue;
        EXPECT_TRUE(std::ranges::binary_search(cover, S2Cell::at(point).parent(11).token())) << name;
      }
    }
  }
}

TEST(Covering, EndsAtTheLimits) {
  Context context(0, nullptr, {});
  EXPECT_EQ(covering(context, Box{{-90, -180}, {90, 180}}, 30).error().code, ErrorCode::Limit);
}

}  // namespace
}  // namespace inquest::query
