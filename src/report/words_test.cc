#include "report/words.h"

#include <limits>

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

constexpr Instant kEarly{1741921630 * kSecond, Precision::Second};  // 2025-03-14T03:07:10Z
constexpr Instant kLate{1741921651 * kSecond, Precision::Second};

TEST(Words, AnAgeHasNoHoursWhereOnlyTheDayIsKnown) {
  EXPECT_EQ(age_text(3 * kDay + 7 * kHour, Precision::Second), "3 days 7 h");
  EXPECT_EQ(age_text(3 * kDay + 7 * kHour, Precision::Day), "3 days");
  EXPECT_EQ(age_text(2 * kHour, Precision::Day), "1 day");
}

TEST(Words, SayAWindowInASentence) {
  EXPECT_EQ(window_text({kEarly, kLate}), "between 2025-03-14T03:07:10Z and 2025-03-14T03:07:31Z (21 s)");
  EXPECT_EQ(window_text({kEarly, kEarly}), "2025-03-14T03:07:10Z");
  EXPECT_EQ(window_text({kEarly, std::nullopt}), "after 2025-03-14T03:07:10Z; nothing says how long after");
  EXPECT_EQ(window_text({std::nullopt, kLate}), "before 2025-03-14T03:07:31Z; nothing says how long before");
  EXPECT_EQ(window_text({}), "not known");
}

TEST(Words, SayAWindowInAColumn) {
  EXPECT_EQ(brief_window({kEarly, kLate}), "2025-03-14T03:07:10Z to 2025-03-14T03:07:31Z");
  EXPECT_EQ(brief_window({kEarly, kEarly}), "2025-03-14T03:07:10Z");
  EXPECT_EQ(brief_window({kEarly, std::nullopt}), "after 2025-03-14T03:07:10Z");
  EXPECT_EQ(brief_window({std::nullopt, kLate}), "by 2025-03-14T03:07:31Z");
  EXPECT_EQ(brief_window({}), "not known");
}

TEST(Words, SayATimeOfDayWithItsUncertainty) {
  EXPECT_EQ(clock_text({kEarly.ns, kEarly.ns, Precision::Second}), "03:07:10");
  EXPECT_EQ(clock_text({kEarly.ns - 2 * kSecond, kEarly.ns + 2 * kSecond, Precision::Second}), "03:07:10 +-2 s");
  EXPECT_EQ(clock_text({kEarly.ns, kEarly.ns + kDay, Precision::Day}), "that day");
  EXPECT_EQ(day_text({kEarly.ns, kEarly.ns, Precision::Second}), "2025-03-14");
}

TEST(Words, SaySizesInPowersOfAThousand) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999949), "999.9 kB");
  EXPECT_EQ(size_text(999999), "1.0 MB");
  EXPECT_EQ(size_text(1234567890), "1.2 GB");
  EXPECT_EQ(size_text(std::numeric_limits<uint64_t>::max()), "18.4 EB");
}

}  // namespace
}  // namespace inquest::report
