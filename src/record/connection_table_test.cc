#include "record/connection_table.h"

#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

const IpAddress kOne = IpAddress::v4({192, 0, 2, 1});
const IpAddress kTwo = IpAddress::v4({192, 0, 2, 2});

struct Connections {
  explicit Connections(uint64_t most, uint64_t most_of_one) : table(most, most_of_one, gauge) {}
  ~Connections() { places.clear(); }

  // Whether it was let in; an idle one unless it is busy.
  bool connect(const IpAddress& source, bool busy = false) {
    if (!table.make_room(source)) return false;
    const size_t number = places.size();
    places.push_back(std::make_unique<ConnectionTable::Place>(table, source));
    if (!busy) places.back()->idle([this, number] { closed.push_back(number); });
    for (const size_t gone : closed) places[gone].reset();
    return true;
  }

  Gauge gauge;
  ConnectionTable table;
  std::vector<std::unique_ptr<ConnectionTable::Place>> places;
  std::vector<size_t> closed;
};

TEST(ConnectionTable, ClosesTheOneThatIsIdleLongestForANewOne) {
  Connections connections(3, 3);
  for (const IpAddress& source : {kOne, kTwo, kOne}) EXPECT_TRUE(connections.connect(source));
  connections.places[0]->busy();
  EXPECT_TRUE(connections.connect(kTwo));
  EXPECT_EQ(connections.closed, std::vector<size_t>{1});
  EXPECT_EQ(connections.gauge.value(), 3);
}

TEST(ConnectionTable, TakesFromASourceThatHasItsShareFirst) {
  Connections connections(10, 2);
  EXPECT_TRUE(connections.connect(kTwo));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(connections.connect(kOne));
  EXPECT_EQ(connections.closed, std::vector<size_t>{1});
}

TEST(ConnectionTable, RefusesWhereAllAreBusy) {
  Connections connections(2, 2);
  EXPECT_TRUE(connections.connect(kOne, true));
  EXPECT_TRUE(connections.connect(kTwo, true));
  EXPECT_FALSE(connections.connect(kOne));
  EXPECT_FALSE(connections.table.close_one());
}

TEST(ConnectionTable, ClosesAllThatAreIdle) {
  Connections connections(10, 10);
  EXPECT_TRUE(connections.connect(kOne, true));
  EXPECT_TRUE(connections.connect(kOne));
  EXPECT_TRUE(connections.connect(kTwo));
  connections.table.close_idle();
  EXPECT_EQ(connections.closed, (std::vector<size_t>{1, 2}));
}

}  // namespace
}  // namespace inquest::record
