#include "base/time.h"

#include <array>

#include <gtest/gtest.h>

namespace inquest {
namespace {

Civil civil(int year, int month, int day, int hour = 0, int minute = 0, int second = 0, Ns fraction = 0) {
  return {year, month, day, hour, minute, second, fraction};
}

TEST(Time, CivilTimeIsReadAsUtc) {
  EXPECT_EQ(from_civil(civil(1970, 1, 1)), 0);
  EXPECT_EQ(from_civil(civil(1969, 12, 31, 23, 59, 59, 999'999'999)), -1);
  EXPECT_EQ(from_civil(civil(2026, 2, 9, 15, 54, 50)), 1'770'652'490 * kSecond);  // date -ud @1770652490
  EXPECT_EQ(from_civil(civil(2000, 2, 29)), 951'782'400 * kSecond);
}

TEST(Time, EveryDayOfTheRangeGoesThereAndBack) {
  const int64_t first = days_from_civil(1678, 1, 1);
  const int64_t last = days_from_civil(2261, 12, 31);
  Civil before = civil(1677, 12, 31);
  for (int64_t day = first; day <= last; ++day) {
    const Civil now = to_civil(day * kDay);
    ASSERT_EQ(from_civil(now), day * kDay) << now.year << '-' << now.month << '-' << now.day;
    ASSERT_EQ(days_from_civil(now.year, now.month, now.day), day);
    const bool next_day = now.day == before.day + 1 && now.month == before.month;
    const bool next_month = now.day == 1 && (now.month == before.month + 1 || (now.month == 1 && before.month == 12));
    ASSERT_TRUE(next_day || next_month) << now.year << '-' << now.month << '-' << now.day;
    before = now;
  }
  EXPECT_EQ(before, civil(2261, 12, 31));
}

TEST(Time, LeapYearsHaveAFebruary29) {
  EXPECT_TRUE(leap_year(2000));
  EXPECT_TRUE(leap_year(2024));
  EXPECT_FALSE(leap_year(1900));
  EXPECT_FALSE(leap_year(2026));
  EXPECT_TRUE(from_civil(civil(2024, 2, 29)));
  EXPECT_FALSE(from_civil(civil(2026, 2, 29)));
  EXPECT_FALSE(from_civil(civil(2100, 2, 29)));
}

TEST(Time, DatesAndTimesThatDoNotExistAreNothing) {
  for (const Civil& wrong :
       {civil(1677, 12, 31), civil(2262, 1, 1), civil(2026, 0, 1), civil(2026, 13, 1), civil(2026, 1, 0),
        civil(2026, 4, 31), civil(2026, 1, 1, 24), civil(2026, 1, 1, -1), civil(2026, 1, 1, 0, 60),
        civil(2026, 1, 1, 0, 0, 61), civil(2026, 1, 1, 0, 0, 0, kSecond), civil(2026, 1, 1, 0, 0, 0, -1)}) {
    EXPECT_FALSE(from_civil(wrong)) << wrong.year << '-' << wrong.month << '-' << wrong.day << ' ' << wrong.hour;
  }
}

TEST(Time, ALeapSecondIsTheNextMinutesFirst) {
  EXPECT_EQ(from_civil(civil(2016, 12, 31, 23, 59, 60)), from_civil(civil(2017, 1, 1)));
}

TEST(Time, TheWholeTypeBecomesCivil) {
  EXPECT_EQ(to_civil(std::numeric_limits<Ns>::min()), civil(1677, 9, 21, 0, 12, 43, 145'224'192));
  EXPECT_EQ(to_civil(std::numeric_limits<Ns>::max()), civil(2262, 4, 11, 23, 47, 16, 854'775'807));
}

TEST(Time, WeekdaysAreCountedFromSunday) {
  EXPECT_EQ(weekday(0), 4);  // Thursday
  EXPECT_EQ(weekday(-1), 3);
  EXPECT_EQ(weekday(-5), 6);
  EXPECT_EQ(weekday(days_from_civil(2026, 2, 9)), 1);
}

TEST(Time, ShowsAsManyDigitsAsAreKnown) {
  const Ns ns = from_civil(civil(2026, 2, 9, 15, 54, 50, 123'456'789)).value();
  constexpr std::array<std::pair<Precision, std::array<std::string_view, 2>>, 7> kRows = {{
      {Precision::Nano, {"2026-02-09T15:54:50.123456789Z", "15:54:50.123456789"}},
      {Precision::Micro, {"2026-02-09T15:54:50.123456Z", "15:54:50.123456"}},
      {Precision::Milli, {"2026-02-09T15:54:50.123Z", "15:54:50.123"}},
      {Precision::Second, {"2026-02-09T15:54:50Z", "15:54:50"}},
      {Precision::Minute, {"2026-02-09T15:54Z", "15:54"}},
      {Precision::Hour, {"2026-02-09T15:54Z", "15:54"}},
      {Precision::Day, {"2026-02-09", "2026-02-09"}},
  }};
  for (const auto& [precision, shown] : kRows) {
    EXPECT_EQ(format_utc({ns, precision}), shown[0]);
    EXPECT_EQ(format_clock({ns, precision}), shown[1]);
  }
  EXPECT_EQ(format_utc({-1, Precision::Milli}), "1969-12-31T23:59:59.999Z") << "digits are cut, never rounded up";
}

TEST(Time, PrecisionFollowsTheDigitsPrinted) {
  EXPECT_EQ(precision_of_digits(0), Precision::Second);
  EXPECT_EQ(precision_of_digits(1), Precision::Milli);
  EXPECT_EQ(precision_of_digits(3), Precision::Milli);
  EXPECT_EQ(precision_of_digits(4), Precision::Micro);
  EXPECT_EQ(precision_of_digits(6), Precision::Micro);
  EXPECT_EQ(precision_of_digits(7), Precision::Nano);
  EXPECT_EQ(coarser(Precision::Milli, Precision::Minute), Precision::Minute);
  EXPECT_EQ(unit(Precision::Micro), 1000);
}

TEST(Time, DurationsArePutInTwoUnitsAtMost) {
  struct Row {
    Ns ns;
    std::string_view text;
  };
  for (const Row& row :
       {Row{0, "0 s"}, Row{1, "1 ns"}, Row{1500, "1 us"}, Row{230 * kMilli, "230 ms"}, Row{kSecond, "1 s"},
        Row{1500 * kMilli, "1.5 s"}, Row{17 * kSecond, "17 s"}, Row{17 * kSecond + 900 * kMilli, "17 s"},
        Row{119 * kSecond, "119 s"}, Row{2 * kMinute, "2 min"}, Row{61 * kMinute, "1 h 1 min"},
        Row{2 * kHour + 58 * kMinute + 43 * kSecond, "2 h 58 min"}, Row{kDay, "1 day"}, Row{kDay + kHour, "1 day 1 h"},
        Row{9 * kDay, "9 days"}, Row{-17 * kSecond, "-17 s"},
        Row{std::numeric_limits<Ns>::min(), "-106751 days 23 h"}}) {
    EXPECT_EQ(format_duration(row.ns), row.text) << row.ns;
  }
}

TEST(Time, ReadsTheIsoFormsThatProgramsPrint) {
  struct Row {
    std::string_view text;
    std::string_view utc;  // empty: no zone was named
    std::string_view local;
    size_t length;
  };
  for (const Row& row : {
           Row{"2026-02-09T15:54:50.123Z", "2026-02-09T15:54:50.123Z", "2026-02-09T15:54:50.123Z", 24},
           Row{"2026-02-09 15:54:50,123 +0100 x", "2026-02-09T14:54:50.123Z", "2026-02-09T15:54:50.123Z", 29},
           Row{"2026-02-09T15:54:50-08:00", "2026-02-09T23:54:50Z", "2026-02-09T15:54:50Z", 25},
           Row{"2026-02-09T15:54:50-0800 h", "2026-02-09T23:54:50Z", "2026-02-09T15:54:50Z", 24},
           Row{"2026-02-09T15:54:50+01", "2026-02-09T14:54:50Z", "2026-02-09T15:54:50Z", 22},
           Row{"2026-02-09T15:54:50+05:30", "2026-02-09T10:24:50Z", "2026-02-09T15:54:50Z", 25},
           Row{"2026-02-09 15:54:50 UTC", "2026-02-09T15:54:50Z", "2026-02-09T15:54:50Z", 23},
           Row{"2026-02-09t15:54:50z", "2026-02-09T15:54:50Z", "2026-02-09T15:54:50Z", 20},
           Row{"2026-02-09 15:54:50.123456789123 host", "", "2026-02-09T15:54:50.123456789Z", 32},
           Row{"2026-02-09 15:54:50 host", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09 15:54:50. host", "", "2026-02-09T15:54:50Z", 19},
           // Not offsets: a number that follows, a word, a zone that says more than it seems to.
           Row{"2026-02-09 15:54:50 -12 degrees", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09 15:54:50 Zoe", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09 15:54:50 UTC+2", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09T15:54:50+010000", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09T15:54:50+99:00", "", "2026-02-09T15:54:50Z", 19},
           Row{"2026-02-09T15:54:50-", "", "2026-02-09T15:54:50Z", 19},
       }) {
    const auto time = parse_iso_time(row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(time->length, row.length) << row.text;
    EXPECT_EQ(format_utc({time->local, time->precision}), row.local) << row.text;
    EXPECT_EQ(time->utc() ? format_utc({*time->utc(), time->precision}) : "", row.utc) << row.text;
  }
}

TEST(Time, TakesNoTimeWhereThereIsNone) {
  for (const std::string_view text :
       {"", "2026-02-09", "2026-02-09T15:54", "2026-02-30T15:54:50Z", "2026-13-09T15:54:50Z", "2026-02-09T24:54:50Z",
        "2026-02-09T15:54:5xZ", "2026/02/09 15:54:50", "20260209T155450Z", "2026-02-09_15:54:50",
        "9999-01-01T00:00:00Z", "-026-02-09T15:54:50Z", " 2026-02-09T15:54:50Z"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
}

TEST(Time, ADateAloneIsKnownToTheDay) {
  const auto date = parse_iso_date_or_time("2026-02-09, a Monday");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->precision, Precision::Day);
  EXPECT_EQ(date->length, 10U);
  EXPECT_EQ(date->local, from_civil(civil(2026, 2, 9)));
  EXPECT_FALSE(parse_iso_date_or_time("2026-02-091"));
  EXPECT_EQ(parse_iso_date_or_time("2026-02-09T15:54:50Z")->precision, Precision::Second);
}

TEST(Time, MonthsAreKnownByTheirEnglishAbbreviations) {
  EXPECT_EQ(month_from_name("Jan"), 1);
  EXPECT_EQ(month_from_name("Dec"), 12);
  EXPECT_EQ(month_from_name("feb"), 0);
  EXPECT_EQ(month_from_name("anF"), 0);
  EXPECT_EQ(month_from_name("Ja"), 0);
}

}  // namespace
}  // namespace inquest
