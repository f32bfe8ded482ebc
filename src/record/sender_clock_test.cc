#include "record/sender_clock.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

Ns at(int year, int month, int day, int hour = 0, int minute = 0) {
  return from_civil({year, month, day, hour, minute, 0, 0}).value_or(0);
}

TEST(SenderClock, FindsTheNearestYear) {
  EXPECT_EQ(SenderClock::with_year(at(2000, 12, 31, 23, 59), at(2026, 1, 1, 0, 1)), at(2025, 12, 31, 23, 59));
  EXPECT_EQ(SenderClock::with_year(at(2000, 1, 1, 0, 1), at(2025, 12, 31, 23, 59)), at(2026, 1, 1, 0, 1));
  EXPECT_EQ(SenderClock::with_year(at(2000, 2, 29, 12), at(2028, 2, 29, 13)), at(2028, 2, 29, 12));
  EXPECT_EQ(SenderClock::with_year(at(2000, 2, 29, 12), at(2026, 3, 1, 13)), at(2026, 3, 1, 12));
}

TEST(SenderClock, TakesTheZoneFromTheDifference) {
  for (const Ns offset : {Ns{0}, 2 * kHour, -8 * kHour, 5 * kHour + 45 * kMinute, 14 * kHour, -12 * kHour}) {
    SenderClock clock;
    const Ns received = at(2026, 7, 1, 12);
    const auto meaning = clock.utc(received + offset - 3 * kSecond, received, nullptr);
    EXPECT_EQ(meaning.utc, received - 3 * kSecond);
    EXPECT_EQ(meaning.offset, offset);
  }
}

TEST(SenderClock, KnowsAQueueFromAnotherZone) {
  SenderClock clock;
  const Ns received = at(2026, 7, 1, 12);
  clock.utc(received + kHour, received, nullptr);
  const auto queued = clock.utc(received - 4 * kHour, received + kSecond, nullptr);
  EXPECT_EQ(queued.utc, received - 5 * kHour);
}

TEST(SenderClock, FollowsDaylightSavingEitherWay) {
  SenderClock clock;
  const Ns summer = at(2026, 10, 25, 0, 59);
  EXPECT_EQ(clock.utc(summer + 2 * kHour, summer, nullptr).offset, 2 * kHour);
  Ns now = summer;
  for (int i = 0; i < 20; ++i) {
    now += 10 * kSecond;
    clock.utc(now + kHour, now, nullptr);
  }
  EXPECT_EQ(clock.utc(now + kHour, now, nullptr).offset, kHour);
  EXPECT_EQ(clock.utc(now + 2 * kHour, now, nullptr).offset, 2 * kHour) << "a message from the future: at once";
}

TEST(SenderClock, ReadsAConfiguredZone) {
  const auto zone = Zone::find("Europe/Berlin");
  ASSERT_TRUE(zone);
  SenderClock clock;
  // 02:30 comes twice on that day: at 00:30 and at 01:30 UTC.
  const auto first = clock.utc(at(2026, 10, 25, 2, 30), at(2026, 10, 25, 0, 31), &*zone);
  const auto second = clock.utc(at(2026, 10, 25, 2, 30), at(2026, 10, 25, 1, 31), &*zone);
  EXPECT_EQ(first.utc, at(2026, 10, 25, 0, 30));
  EXPECT_EQ(second.utc, at(2026, 10, 25, 1, 30));
  EXPECT_FALSE(first.offset);
  EXPECT_EQ(clock.utc(at(2026, 3, 29, 2, 30), at(2026, 3, 29, 1, 30), &*zone).utc, at(2026, 3, 29, 0, 30));
}

TEST(SenderClock, AssumesNothingOfAClockThatIsDaysAway) {
  SenderClock clock;
  const Ns received = at(2026, 7, 1, 12);
  EXPECT_EQ(clock.utc(received - 90 * kDay, received, nullptr).utc, received - 90 * kDay);
  EXPECT_EQ(clock.utc(received, received, nullptr).utc, received);
  EXPECT_EQ(clock.utc(std::numeric_limits<Ns>::min(), received, nullptr).utc, std::numeric_limits<Ns>::min());
}

}  // namespace
}  // namespace inquest::record
