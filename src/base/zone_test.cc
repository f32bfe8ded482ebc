#include "base/zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Ns at(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  return from_civil({year, month, day, hour, minute, second, 0}).value();
}

Zone zone(std::string_view name) {
  const auto found = Zone::find(name);
  EXPECT_TRUE(found) << name;
  return found.value_or(Zone{});
}

TEST(Zone, MapsWallTimeBothWays) {
  const Zone la = zone("America/Los_Angeles");
  EXPECT_THAT(la.to_utc(at(2026, 2, 9, 7, 54, 50)), ElementsAre(at(2026, 2, 9, 15, 54, 50)));
  EXPECT_EQ(la.offset_at(at(2026, 2, 9, 15)), -8 * kHour);
  EXPECT_EQ(la.offset_at(at(2026, 7, 1, 12)), -7 * kHour);
  EXPECT_EQ(la.name(), "America/Los_Angeles");
}

TEST(Zone, AnHourThatIsSkippedDoesNotExist) {
  const Zone berlin = zone("Europe/Berlin");
  EXPECT_THAT(berlin.to_utc(at(2026, 3, 29, 1, 59, 59)), ElementsAre(at(2026, 3, 29, 0, 59, 59)));
  EXPECT_THAT(berlin.to_utc(at(2026, 3, 29, 2, 0)), IsEmpty());
  EXPECT_THAT(berlin.to_utc(at(2026, 3, 29, 2, 59, 59)), IsEmpty());
  EXPECT_THAT(berlin.to_utc(at(2026, 3, 29, 3, 0)), ElementsAre(at(2026, 3, 29, 1, 0)));
}

TEST(Zone, AnHourThatIsRepeatedMeansTwoInstantsTheEarlierFirst) {
  const Zone berlin = zone("Europe/Berlin");
  EXPECT_THAT(berlin.to_utc(at(2026, 10, 25, 2, 30)), ElementsAre(at(2026, 10, 25, 0, 30), at(2026, 10, 25, 1, 30)));
  EXPECT_THAT(berlin.to_utc(at(2026, 10, 25, 3, 0)), ElementsAre(at(2026, 10, 25, 2, 0)));
}

TEST(Zone, FixedOffsetsAreZonesToo) {
  struct Row {
    std::string_view name;
    Ns offset;
    std::string_view shown;
  };
  for (const Row& row :
       {Row{"+01:00", kHour, "UTC+01:00"}, Row{"UTC-8", -8 * kHour, "UTC-08:00"},
        Row{"GMT-0830", -(8 * kHour + 30 * kMinute), "UTC-08:30"}, Row{"+5:30", 5 * kHour + 30 * kMinute, "UTC+05:30"},
        Row{"UTC", 0, "UTC"}, Row{"Z", 0, "UTC"}, Row{"GMT", 0, "UTC"}, Row{"+00:00", 0, "UTC"}}) {
    const Zone found = zone(row.name);
    EXPECT_EQ(found.name(), row.shown) << row.name;
    EXPECT_EQ(found.offset_at(at(2026, 7, 1, 0)), row.offset) << row.name;
    EXPECT_THAT(found.to_utc(at(2026, 7, 1, 0)), ElementsAre(at(2026, 7, 1, 0) - row.offset)) << row.name;
  }
}

TEST(Zone, AnUnknownNameFailsWithAHint) {
  struct Row {
    std::string_view name;
    std::string_view hint;
  };
  for (const Row& row : {Row{"Los_angeles", "America/Los_Angeles"}, Row{"Europe/berlin", "Europe/Berlin"},
                         Row{"Berlin", "Europe/Berlin"}, Row{"Mars/Olympus", "an offset such as +01:00"},
                         Row{"", "an offset such as +01:00"}, Row{"+25:00", "an offset such as +01:00"},
                         Row{"../../etc/passwd", "an offset"}, Row{"+1:2:3", "an offset"}}) {
    const auto found = Zone::find(row.name);
    ASSERT_FALSE(found) << row.name;
    EXPECT_EQ(found.error().code, ErrorCode::NotFound);
    EXPECT_THAT(found.error().message, HasSubstr(row.hint)) << row.name;
  }
}

TEST(Zone, TimesAtTheEdgeOfTheirTypeEndInNothing) {
  EXPECT_THAT(Zone::fixed(kHour).to_utc(std::numeric_limits<Ns>::min()), IsEmpty());
  EXPECT_THAT(Zone::fixed(-kHour).to_utc(std::numeric_limits<Ns>::max()), IsEmpty());
}

}  // namespace
}  // namespace inquest
