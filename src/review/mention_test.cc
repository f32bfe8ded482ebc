#include "review/mention.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::review {
namespace {

struct Read {
  PostMortem text;
  Mentions mentions;
};

Read mentions_of(std::string_view text) {
  auto read = read_post_mortem(text);
  EXPECT_TRUE(read.has_value());
  Read out{*std::move(read), {}};
  out.mentions = find_mentions(out.text);
  return out;
}

TEST(Mention, ReadsTimesOfDayWithTheirZones) {
  struct Case {
    std::string_view text;
    Ns of_day;
    std::string_view zone;
  };
  for (const Case& c : std::vector<Case>{{"at 15:54:50 UTC", 15 * kHour + 54 * kMinute + 50 * kSecond, "UTC"},
                                         {"at 7:54 AM PST", 7 * kHour + 54 * kMinute, "PST"},
                                         {"at 7:54 p.m.", 19 * kHour + 54 * kMinute, ""},
                                         {"um 03:10 Uhr MEZ", 3 * kHour + 10 * kMinute, "MEZ"},
                                         {"2026-02-09T15:54:50Z", 15 * kHour + 54 * kMinute + 50 * kSecond, "Z"},
                                         {"at 15:54+01:00", 15 * kHour + 54 * kMinute, "+01:00"}}) {
    const Read read = mentions_of(c.text);
    ASSERT_EQ(read.mentions.times.size(), 1U) << c.text;
    EXPECT_EQ(read.mentions.times[0].of_day, c.of_day) << c.text;
    EXPECT_EQ(read.mentions.times[0].zone ? read.mentions.times[0].zone->name : "", c.zone) << c.text;
  }
}

TEST(Mention, TakesNoOtherNumberForATime) {
  for (const std::string_view text : {"the device 01:00.0", "port 10.0.0.1:80:90", "mac aa:bb:12:34:56:cc",
                                      "main.c:12:34 fails", "a ratio of 4:3", "10de:27b0"}) {
    EXPECT_TRUE(mentions_of(text).mentions.times.empty()) << text;
  }
}

TEST(Mention, ReadsDatesInBothLanguages) {
  for (const std::string_view text : {"on 2026-02-09", "on February 9, 2026", "on Feb 9, 2026", "am 9. Februar 2026",
                                      "am 09.02.2026", "on 9 February 2026"}) {
    const Read read = mentions_of(text);
    ASSERT_EQ(read.mentions.dates.size(), 1U) << text;
    EXPECT_EQ(read.mentions.dates[0].date, (Date{2026, 2, 9})) << text;
  }
}

TEST(Mention, ReadsDurations) {
  struct Case {
    std::string_view text;
    Ns value;
    bool approximate;
  };
  for (const Case& c : std::vector<Case>{{"it took 17 s", 17 * kSecond, false},
                                         {"the ~17-second delta", 17 * kSecond, true},
                                         {"after 2 h 58 min", 2 * kHour + 58 * kMinute, false},
                                         {"after 2h58m", 2 * kHour + 58 * kMinute, false},
                                         {"nine days", 9 * kDay, true},
                                         {"202,913 seconds", 202'913 * kSecond, false},
                                         {"es dauerte 1,5 Stunden und war nicht mit der Zeit", 90 * kMinute, false},
                                         {"650 ms", 650 * kMilli, false}}) {
    const Read read = mentions_of(c.text);
    ASSERT_EQ(read.mentions.durations.size(), 1U) << c.text;
    EXPECT_EQ(read.mentions.durations[0].value, c.value) << c.text;
    EXPECT_EQ(read.mentions.durations[0].approximate, c.approximate) << c.text;
  }
}

TEST(Mention, GivesTimesTheirDateAndZoneByWhatStandsAround) {
  const Read read = mentions_of(
      "# Crash\n\nDate: 2026-02-09\n\n| Time (PST) | Event |\n|---|---|\n| 07:54 | last sample |\n\nAt 15:55 UTC it "
      "was gone.\n");
  ASSERT_EQ(read.mentions.times.size(), 2U);
  EXPECT_EQ(read.mentions.between(read.mentions.times[0], read.mentions.times[1])[0], kMinute);
  EXPECT_TRUE(read.mentions.times[0].utc().has_value());
  EXPECT_FALSE(read.mentions.one_zone);
}

TEST(Mention, HoldsNoTimesAgainstEachOtherWhoseZonesAreNotKnown) {
  const Read read = mentions_of("At 15:55 UTC it was gone, at 07:55 PST it was noticed, and at 09:00 somebody came.");
  ASSERT_EQ(read.mentions.times.size(), 3U);
  EXPECT_TRUE(read.mentions.between(read.mentions.times[0], read.mentions.times[2]).empty());
}

}  // namespace
}  // namespace inquest::review
