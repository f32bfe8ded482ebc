#include "decode/numeric_date.h"

#include <gtest/gtest.h>

#include "decode/hardware_words.h"

namespace inquest::decode {
namespace {

TEST(NumericDate, ReadsEachOrder) {
  for (const std::string_view text : {"01/31/2026", "01/31/26", "31.01.2026", "2026-01-31", "1/31/26"}) {
    ASSERT_TRUE(parse_numeric_date(text)) << text;
    EXPECT_EQ(format_utc({*parse_numeric_date(text), Precision::Day}), "2026-01-31") << text;
  }
}

TEST(NumericDate, RefusesWhatIsNoDate) {
  for (const std::string_view text :
       {"", "13/31/2026", "02/30/2026", "Pre-Init", "1/2", "1/2/3/4", "-1/2/2026", "99999/1/1"})
    EXPECT_FALSE(parse_numeric_date(text)) << text;
}

TEST(NumericDate, ReadsTimesOfDay) {
  EXPECT_EQ(parse_clock_time("23:17:01"), 23 * kHour + 17 * kMinute + kSecond);
  EXPECT_EQ(parse_clock_time("23:17"), 23 * kHour + 17 * kMinute);
  EXPECT_EQ(parse_clock_time("12:00:01 AM"), kSecond);
  EXPECT_EQ(parse_clock_time("11:17 PM"), 23 * kHour + 17 * kMinute);
  for (const std::string_view text : {"", "24:00", "1", "12:60", "a:b", "1:2:3:4"})
    EXPECT_FALSE(parse_clock_time(text)) << text;
}

TEST(HardwareWords, KnowsFaultsFromRoutine) {
  EXPECT_EQ(judge_hardware("Memory | Uncorrectable ECC | Asserted").severity, model::Severity::Critical);
  EXPECT_EQ(judge_hardware("Memory | Correctable ECC | Asserted").severity, model::Severity::Warning);
  EXPECT_TRUE(judge_hardware("Power Supply AC lost | Asserted").telling);
  EXPECT_FALSE(judge_hardware("Drive Present | Asserted").telling);
  EXPECT_FALSE(judge_hardware("IERR | Deasserted").telling);
}

}  // namespace
}  // namespace inquest::decode
