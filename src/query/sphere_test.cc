#include "query/sphere.h"

#include <numbers>

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

TEST(Sphere, CellsHaveTheirKnownNames) {
  // Where the first face has its middle, and New York and London, as maps of S2's cells show them.
  EXPECT_EQ(S2Cell::at(LatLon{0, 0}).token(), "1000000000000001");
  EXPECT_EQ(S2Cell::at(LatLon{40.7128, -74.0060}).parent(8).token(), "89c25");
  EXPECT_EQ(S2Cell::at(LatLon{51.5, -0.12}).parent(8).token(), "48761");
}

TEST(Sphere, ACellsMiddleLiesInIt) {
  for (const double lat : {-89.0, -33.3, -0.5, 0.25, 45.0, 71.7}) {
    for (const double lon : {-179.5, -90.25, -1.0, 17.0, 91.5, 178.0}) {
      for (int level = 1; level <= S2Cell::kMostLevel; ++level) {
        const S2Cell cell = S2Cell::at(LatLon{lat, lon}).parent(level);
        EXPECT_EQ(cell.level(), level);
        EXPECT_EQ(S2Cell::at(cell.centre()).parent(level).token(), cell.token()) << lat << " " << lon << " " << level;
        const auto again = S2Cell::of_token(cell.token());
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(again->token(), cell.token());
      }
    }
  }
}

TEST(Sphere, RefusesWhatNamesNoCell) {
  for (const char* token : {"", "x", "0", "89c25a", "f", "11111111111111111", "-1"}) {
    EXPECT_FALSE(S2Cell::of_token(token).has_value()) << token;
  }
}

TEST(Sphere, MeasuresAngles) {
  const double degree = std::numbers::pi / 180;
  const auto at = [](double lat, double lon) { return to_sphere({lat, lon}); };
  EXPECT_NEAR(angle(at(0, 0), at(0, 90)), 90 * degree, 1e-12);
  EXPECT_NEAR(angle_to_edge(at(10, 5), at(0, 0), at(0, 10)), 10 * degree, 1e-12);
  EXPECT_NEAR(angle_to_edge(at(0, 12), at(0, 0), at(0, 10)), 2 * degree, 1e-12);
  EXPECT_NEAR(angle_to_edge(at(0, 3), at(0, 1), at(0, 1)), 2 * degree, 1e-12);
  EXPECT_EQ(angle_between_edges(at(-1, 5), at(1, 5), at(0, 0), at(0, 10)), 0);
  EXPECT_NEAR(angle_between_edges(at(1, 5), at(2, 5), at(0, 0), at(0, 10)), 1 * degree, 1e-9);
}

TEST(Sphere, KnowsWhatIsInsideOfAPolygonWhicheverWayItGoesRound) {
  std::vector<SpherePoint> corners = {to_sphere({40, -75}), to_sphere({40, -73}), to_sphere({42, -74})};
  for (int way = 0; way < 2; ++way) {
    EXPECT_TRUE(inside_polygon(to_sphere({40.7, -74}), corners));
    EXPECT_FALSE(inside_polygon(to_sphere({41.9, -75}), corners));
    EXPECT_FALSE(inside_polygon(to_sphere({-40.7, 106}), corners));  // on the other side of the world
    std::swap(corners[0], corners[2]);
  }
}

}  // namespace
}  // namespace inquest::query
