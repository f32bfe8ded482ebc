#include "record/uptime_clock.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

constexpr Ns kNow = 1'770'652'500 * kSecond;

TEST(UptimeClock, GoesByTheShortestWay) {
  UptimeClock clock;
  EXPECT_EQ(clock.utc(5 * kSecond, kNow), kNow);
  clock.saw(10 * kSecond, kNow + 300 * kMilli);
  clock.saw(20 * kSecond, kNow + 10 * kSecond + 2 * kMilli);
  EXPECT_EQ(clock.utc(10 * kSecond, kNow + 300 * kMilli), kNow + 2 * kMilli);
  EXPECT_EQ(clock.utc(20 * kSecond, kNow + 10 * kSecond + 2 * kMilli), kNow + 10 * kSecond + 2 * kMilli);
}

TEST(UptimeClock, FollowsAClockThatDriftsOrStoodStill) {
  UptimeClock clock;
  clock.saw(10 * kSecond, kNow);
  for (int minute = 1; minute <= 12; ++minute) {
    clock.saw(10 * kSecond + minute * 59 * kSecond, kNow + minute * kMinute);
  }
  const Ns received = kNow + 12 * kMinute;
  EXPECT_GT(clock.utc(10 * kSecond + 12 * 59 * kSecond, received), received - 10 * kSecond);
}

TEST(UptimeClock, DistrustsWhatDisagrees) {
  UptimeClock clock;
  clock.saw(10 * kHour, kNow);
  EXPECT_EQ(clock.utc(kHour, kNow), kNow);
  EXPECT_EQ(clock.utc(11 * kHour, kNow), kNow);
  constexpr Ns kLast = std::numeric_limits<Ns>::max();
  clock.saw(kLast, kNow);
  clock.saw(kLast, -kNow);
  EXPECT_EQ(clock.utc(kLast, -kNow), -kNow);
}

TEST(UptimeClock, StartsAnewWhenTheRecordersClockIsSet) {
  UptimeClock clock;
  clock.saw(10 * kSecond, kNow);
  clock.saw(20 * kSecond, kNow - 365 * kDay);
  EXPECT_EQ(clock.utc(20 * kSecond, kNow - 365 * kDay), kNow - 365 * kDay);
  clock.saw(30 * kSecond, kNow + 365 * kDay);
  EXPECT_EQ(clock.utc(30 * kSecond, kNow + 365 * kDay), kNow + 365 * kDay);
}

}  // namespace
}  // namespace inquest::record
