#include "app/time_argument.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::app {
namespace {

using ::testing::HasSubstr;

Zone los_angeles() { return Zone::find("America/Los_Angeles").value(); }

TEST(TimeArgument, IsReadToThePrecisionThatIsWritten) {
  const struct {
    const char* text;
    const char* utc;
    Precision precision;
  } cases[] = {
      {"2026-02-09T15:54:50Z", "2026-02-09T15:54:50Z", Precision::Second},
      {"2026-02-09T15:54:50.25Z", "2026-02-09T15:54:50.250Z", Precision::Milli},
      {"2026-02-09 07:54:50-08:00", "2026-02-09T15:54:50Z", Precision::Second},
      {"2026-02-09T15:54Z", "2026-02-09T15:54Z", Precision::Minute},
      {"2026-02-09T07:54-08:00", "2026-02-09T15:54Z", Precision::Minute},
      {"2026-02-09", "2026-02-09", Precision::Day},
  };
  for (const auto& [text, utc, precision] : cases) {
    const auto time = parse_time_argument(text, std::nullopt);
    ASSERT_TRUE(time) << text << ": " << time.error().message;
    EXPECT_EQ(time->precision, precision) << text;
    EXPECT_EQ(format_utc(*time), utc) << text;
  }
}

TEST(TimeArgument, IsLocalWhereItNamesNoZoneAndOneIsGiven) {
  EXPECT_EQ(format_utc(parse_time_argument("2026-02-09 07:54:50", los_angeles()).value()), "2026-02-09T15:54:50Z");
  EXPECT_EQ(format_utc(parse_time_argument("2026-02-09 07:54", los_angeles()).value()), "2026-02-09T15:54Z");
  EXPECT_EQ(format_utc(parse_time_argument("2026-02-09T07:54:50Z", los_angeles()).value()), "2026-02-09T07:54:50Z");
}

TEST(TimeArgument, SaysWhatIsWrongWithIt) {
  const struct {
    const char* text;
    bool zone;
    const char* says;
  } cases[] = {
      {"", false, "is no time"},
      {"yesterday", false, "is no time; write 2026-02-09T15:55:00Z"},
      {"2026-02-30T10:00:00Z", false, "is no time"},
      {"2026-02-09T15:54:50Z or so", false, "is no time"},
      {"2026-02-09T15:5", false, "is no time"},
      {"2026-02-09T15:54x", false, "is no time"},
      {"2026-02-09 07:54:50", false, "names no zone; end it in Z or give --tz"},
      {"2026-03-08 02:30:00", true, "does not exist in America/Los_Angeles"},
      {"2026-11-01 01:30:00", true, "say which, 2026-11-01T08:30:00Z or 2026-11-01T09:30:00Z"},
  };
  for (const auto& [text, zone, says] : cases) {
    const auto time = parse_time_argument(text, zone ? std::optional(los_angeles()) : std::nullopt);
    ASSERT_FALSE(time) << text;
    EXPECT_THAT(time.error().message, HasSubstr(says)) << text;
  }
}

TEST(TimeArgument, MayBeSecondsSince1970) {
  EXPECT_EQ(format_utc(parse_time_argument("@1770652490", std::nullopt).value()), "2026-02-09T15:54:50Z");
  EXPECT_EQ(format_utc(parse_time_argument("@1770652490.25", std::nullopt).value()), "2026-02-09T15:54:50.250Z");
  for (const char* text : {"@", "@.5", "@5.", "@-1", "@99999999999", "@1.0123456789", "@1x"})
    EXPECT_FALSE(parse_time_argument(text, std::nullopt)) << text;
}

constexpr Ns kNow = 1'770'652'490 * kSecond;  // Monday, 2026-02-09T15:54:50Z

// What `systemd-analyze timestamp` of v252 makes of them.
TEST(RelativeTime, IsWhatJournalctlTakes) {
  const struct {
    const char* text;
    const char* utc;
    const char* los_angeles;
  } cases[] = {
      {"now", "2026-02-09T15:54:50Z", "2026-02-09T15:54:50Z"},
      {"-1h", "2026-02-09T14:54:50Z", "2026-02-09T14:54:50Z"},
      {"-1h 30min", "2026-02-09T14:24:50Z", "2026-02-09T14:24:50Z"},
      {"+5min", "2026-02-09T15:59:50Z", "2026-02-09T15:59:50Z"},
      {"2 hours ago", "2026-02-09T13:54:50Z", "2026-02-09T13:54:50Z"},
      {"90 ago", "2026-02-09T15:53:20Z", "2026-02-09T15:53:20Z"},
      {"3 days left", "2026-02-12T15:54:50Z", "2026-02-12T15:54:50Z"},
      {"today", "2026-02-09T00:00:00Z", "2026-02-09T08:00:00Z"},
      {"yesterday", "2026-02-08T00:00:00Z", "2026-02-08T08:00:00Z"},
      {"tomorrow", "2026-02-10T00:00:00Z", "2026-02-10T08:00:00Z"},
      {"today UTC", "2026-02-09T00:00:00Z", "2026-02-09T00:00:00Z"},
      {"07:55", "2026-02-09T07:55:00Z", "2026-02-09T15:55:00Z"},
      {"7:55:30", "2026-02-09T07:55:30Z", "2026-02-09T15:55:30Z"},
      {"2026-02-08", "2026-02-08T00:00:00Z", "2026-02-08T08:00:00Z"},
      {"26-02-08 07:55", "2026-02-08T07:55:00Z", "2026-02-08T15:55:00Z"},
      {"Sun 2026-02-08", "2026-02-08T00:00:00Z", "2026-02-08T08:00:00Z"},
      {"sunday 2026-02-08 23:00", "2026-02-08T23:00:00Z", "2026-02-09T07:00:00Z"},
      {"2026-02-08 07:55:01 Europe/Berlin", "2026-02-08T06:55:01Z", "2026-02-08T06:55:01Z"},
      {"2026-02-08T07:55:01Z", "2026-02-08T07:55:01Z", "2026-02-08T07:55:01Z"},
  };
  for (const auto& [text, utc, local] : cases) {
    const auto in_utc = parse_relative_time(text, Zone(), kNow);
    const auto in_los_angeles = parse_relative_time(text, los_angeles(), kNow);
    ASSERT_TRUE(in_utc) << text << ": " << in_utc.error().message;
    ASSERT_TRUE(in_los_angeles) << text << ": " << in_los_angeles.error().message;
    EXPECT_EQ(format_utc({in_utc->ns, Precision::Second}), utc) << text;
    EXPECT_EQ(format_utc({in_los_angeles->ns, Precision::Second}), local) << text;
  }
}

TEST(RelativeTime, IsRefusedWhereItMeansNothing) {
  for (const char* text : {"", "ago", "-", "+", "1h ago ago", "-1x", "10 foo ago", "noon", "yesterday 10:00", "25:00",
                           "2026-13-01", "2026-02-30", "-999999 years", "1e3 ago"})
    EXPECT_FALSE(parse_relative_time(text, Zone(), kNow)) << text;
  EXPECT_THAT(parse_relative_time("Tue 2026-02-09", Zone(), kNow).error().message,
              HasSubstr("names another day of the week"));
}

TEST(TimeSpan, HasSystemdsUnits) {
  EXPECT_EQ(parse_time_span("1h 30min"), 90 * kMinute);
  EXPECT_EQ(parse_time_span("1h30m"), 90 * kMinute);
  EXPECT_EQ(parse_time_span("1.5 days"), 36 * kHour);
  EXPECT_EQ(parse_time_span("2w 3d"), 17 * kDay);
  EXPECT_EQ(parse_time_span("300ms"), 300 * kMilli);
  EXPECT_EQ(parse_time_span("1M"), 2'629'800 * kSecond);
  EXPECT_EQ(parse_time_span("90"), 90 * kSecond);
  for (const char* text : {"", "h", "1..5h", "5 parsecs", "-5", "99999999999999999999y"})
    EXPECT_EQ(parse_time_span(text), std::nullopt) << text;
}

}  // namespace
}  // namespace inquest::app
