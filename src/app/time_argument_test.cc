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

}  // namespace
}  // namespace inquest::app
