#include "query/duration.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

TEST(Duration, PrintsWhatItReadsWithTheLargestUnitsFirst) {
  struct Case {
    std::string_view text;
    std::string_view printed;
  };
  for (const Case& c : {Case{"1h", "1h"}, Case{"90m", "1h30m"}, Case{"1y2mo", "1y2mo"}, Case{"25mo", "2y1mo"},
                        Case{"8d", "1w1d"}, Case{"10us", "10us"}, Case{"10\xc2\xb5s", "10us"}, Case{"-1h30m", "-1h30m"},
                        Case{"0s", "0ns"}, Case{"1mo3d", "1mo3d"}}) {
    const auto duration = parse_duration(c.text);
    ASSERT_TRUE(duration) << c.text;
    EXPECT_EQ(format_duration(*duration), c.printed) << c.text;
  }
}

TEST(Duration, RefusesWhatIsNoneOrDoesNotFit) {
  for (const std::string_view text :
       {"", "-", "1", "h", "1h ", "1x", "1h-1m", "99999999999999999999s", "9999999999y"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, MonthsEndOnTheLastDayThatThereIs) {
  const auto at = [](int year, int month, int day) { return *from_civil({year, month, day, 12, 0, 0, 0}); };
  EXPECT_EQ(add(at(2019, 1, 31), {1, 0}), at(2019, 2, 28));
  EXPECT_EQ(add(at(2020, 1, 31), {1, 0}), at(2020, 2, 29));
  EXPECT_EQ(subtract(at(2020, 1, 15), {1, 0}), at(2019, 12, 15));
  EXPECT_EQ(add(at(2020, 2, 29), {12, kDay}), at(2021, 3, 1));
}

TEST(Duration, LeavesTheRangeOfTimeWithoutAnAnswer) {
  EXPECT_FALSE(add(std::numeric_limits<Ns>::max(), {0, 1}));
  EXPECT_FALSE(add(Ns{0}, {std::numeric_limits<int32_t>::max(), 0}));
  EXPECT_FALSE(negate({std::numeric_limits<int32_t>::min(), 0}));
  EXPECT_EQ(format_duration({0, std::numeric_limits<Ns>::min()}).front(), '-');
}

}  // namespace
}  // namespace inquest::query
