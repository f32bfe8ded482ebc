#include "record/rate_limit.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

const IpAddress kOne = IpAddress::v4({192, 0, 2, 1});
const IpAddress kTwo = IpAddress::v4({192, 0, 2, 2});

TEST(RateLimit, LetsABurstThroughAndThenTheRate) {
  RateLimit limit({.rate = 10, .burst = 20});
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(limit.take(kOne, 1, 0));
  EXPECT_FALSE(limit.take(kOne, 1, 0));
  EXPECT_EQ(limit.wait(kOne, 1, 0), kSecond / 10);
  EXPECT_TRUE(limit.take(kOne, 1, kSecond / 10));
  EXPECT_FALSE(limit.take(kOne, 1, kSecond / 10));
  EXPECT_TRUE(limit.take(kOne, 20, kMinute));
  EXPECT_FALSE(limit.take(kOne, 1, kMinute));
}

TEST(RateLimit, GivesEachSourceItsOwn) {
  RateLimit limit({.rate = 1, .burst = 1});
  EXPECT_TRUE(limit.take(kOne, 1, 0));
  EXPECT_FALSE(limit.take(kOne, 1, 0));
  EXPECT_TRUE(limit.take(kTwo, 1, 0));
}

TEST(RateLimit, CountsANetworkOf64BitsAsOneSource) {
  RateLimit limit({.rate = 1, .burst = 1});
  EXPECT_TRUE(limit.take(IpAddress::parse("2001:db8::1").value(), 1, 0));
  EXPECT_FALSE(limit.take(IpAddress::parse("2001:db8::ffff:1").value(), 1, 0));
  EXPECT_TRUE(limit.take(IpAddress::parse("2001:db8:0:1::1").value(), 1, 0));
}

TEST(RateLimit, HasNoLimitAtARateOfZero) {
  RateLimit limit({});
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.take(kOne, 1'000'000, 0));
  EXPECT_EQ(limit.sources(), 0U);
}

TEST(RateLimit, LetsAMessageThatIsLargerThanTheBurstThroughWhenTheBucketIsFull) {
  RateLimit limit({.rate = 10, .burst = 10});
  EXPECT_TRUE(limit.take(kOne, 500, 0));
  EXPECT_FALSE(limit.take(kOne, 500, kSecond / 2));
  EXPECT_TRUE(limit.take(kOne, 500, kSecond));
}

IpAddress invented(uint32_t number) {
  return IpAddress::v4(
      {10, static_cast<uint8_t>(number >> 16U), static_cast<uint8_t>(number >> 8U), static_cast<uint8_t>(number)});
}

TEST(RateLimit, KeepsWhomItKnowsApartFromACrowdOfInventedSources) {
  RateLimit limit({.rate = 10, .burst = 10, .most_sources = 100});
  ASSERT_TRUE(limit.take(kOne, 1, 0));
  uint32_t passed = 0;
  for (uint32_t i = 0; i < 100'000; ++i) passed += limit.take(invented(i), 1, 0) ? 1 : 0;
  EXPECT_EQ(limit.sources(), 100U);
  EXPECT_EQ(passed, 99U + 10U);  // a bucket each for those that found room, one for all the others
  EXPECT_TRUE(limit.take(kOne, 9, 0));
}

TEST(RateLimit, ForgetsSourcesThatWereSilentLongEnough) {
  RateLimit limit({.rate = 10, .burst = 10, .most_sources = 100});
  for (uint32_t i = 0; i < 100; ++i) limit.take(invented(i), 10, 0);
  EXPECT_TRUE(limit.take(kOne, 10, 2 * kSecond));
  EXPECT_EQ(limit.sources(), 1U);
}

TEST(RateLimit, DoesNotMindAClockThatStandsStill) {
  RateLimit limit({.rate = 10, .burst = 10});
  EXPECT_TRUE(limit.take(kOne, 10, 5 * kSecond));
  EXPECT_FALSE(limit.take(kOne, 1, 4 * kSecond));
}

}  // namespace
}  // namespace inquest::record
