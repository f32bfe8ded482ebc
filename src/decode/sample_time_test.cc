#include "decode/sample_time.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

constexpr Ns kAt = 1'770'652'490 * kSecond;  // 2026-02-09T15:54:50Z

struct Case {
  std::string_view text;
  Ns ns;
  bool utc;
  Precision precision;
};

TEST(SampleTime, ReadsWhatDatabasesAndSpreadsheetsPrint) {
  const Case cases[] = {
      {"2026-02-09T15:54:50Z", kAt, true, Precision::Second},
      {"2026-02-09T15:54:50.25Z", kAt + 250 * kMilli, true, Precision::Milli},
      {"2026-02-09T15:54:50.000000001Z", kAt + 1, true, Precision::Nano},
      {"2026-02-09T15:54:50.000000000Z", kAt, true, Precision::Second},
      {"2026-02-09T15:54:50.0001Z", kAt + 100 * kMicro, true, Precision::Micro},
      {"2026-02-09T07:54:50-08:00", kAt, true, Precision::Second},
      {"2026-02-09 16:54:50+01:00", kAt, true, Precision::Second},
      {"2026-02-09 15:54:50", kAt, false, Precision::Second},
      {"2026-02-09 15:54:50.5", kAt + 500 * kMilli, false, Precision::Milli},
      {"2026-02-09 15:54", kAt - 50 * kSecond, false, Precision::Minute},
      {"2026-02-09", kAt - 57'290 * kSecond, false, Precision::Day},
      {"1770652490", kAt, true, Precision::Second},
      {"1770652490.5", kAt + 500 * kMilli, true, Precision::Milli},
      {"1770652490000", kAt, true, Precision::Second},
      {"1770652490007", kAt + 7 * kMilli, true, Precision::Milli},
      {"1770652490000007", kAt + 7 * kMicro, true, Precision::Micro},
      {"1770652490000000007", kAt + 7, true, Precision::Nano},
      {"1969-12-31T23:59:30Z", -30 * kSecond, true, Precision::Second},
  };
  // Each time alone, and all of them through one parser twice, whatever it remembers of the one before.
  SampleTimeParser shared;
  for (int round = 0; round < 2; ++round) {
    for (const Case& c : cases) {
      for (SampleTimeParser alone; SampleTimeParser * parser : {&alone, &alone, &shared}) {
        const auto time = parser->parse(c.text);
        ASSERT_TRUE(time) << c.text;
        EXPECT_EQ(time->ns, c.ns) << c.text;
        EXPECT_EQ(time->utc, c.utc) << c.text;
        EXPECT_EQ(time->precision, c.precision) << c.text;
      }
    }
  }
}

TEST(SampleTime, ReadsSecondsOfTheMinuteThatItKnows) {
  SampleTimeParser parser;
  for (const int start : {0, 59, 30}) {
    for (int i = 0; i < 60; ++i) {
      const int second = (start + i) % 60;
      const std::string text =
          "1969-12-31T23:59:" + std::to_string(second / 10) + std::to_string(second % 10) + ".5+01:00";
      const auto time = parser.parse(text);
      ASSERT_TRUE(time) << text;
      EXPECT_EQ(time->ns, -kHour - kMinute + second * kSecond + kSecond / 2) << text;
    }
  }
}

TEST(SampleTime, TakesALeapSecondForTheNextMinute) {
  SampleTimeParser parser;
  const auto leap = parser.parse("2016-12-31T23:59:60Z");
  const auto next = parser.parse("2017-01-01T00:00:00Z");
  const auto before = parser.parse("2016-12-31T23:59:59Z");
  ASSERT_TRUE(leap && next && before);
  EXPECT_EQ(leap->ns, next->ns);
  EXPECT_EQ(before->ns, next->ns - kSecond);
}

TEST(SampleTime, RemembersNothingBeforeTheFirstTime) {
  EXPECT_FALSE(SampleTimeParser().parse(std::string(17, '\0') + "30"));
  const auto epoch = SampleTimeParser().parse("1970-01-01T00:00:30");
  ASSERT_TRUE(epoch);
  EXPECT_EQ(epoch->ns, 30 * kSecond);
  EXPECT_FALSE(epoch->utc);
}

TEST(SampleTime, RefusesWhatIsNoTime) {
  SampleTimeParser parser;
  ASSERT_TRUE(parser.parse("2026-02-09T15:54:50Z"));
  for (const std::string_view text : {"",
                                      "Z",
                                      "2026-02-09T15:54:",
                                      "2026-02-09T15:54:5",
                                      "2026-02-09T15:54:61Z",
                                      "2026-02-09T15:54:xxZ",
                                      "2026-02-09T15:54:50.Z",
                                      "2026-02-09T15:54:50Zjunk",
                                      "2026-02-09T15:54:50Z,1",
                                      "2026-13-09T15:54:50Z",
                                      "42",
                                      "0",
                                      "-1770652490",
                                      "+177065249",
                                      "17706524901",
                                      "1770652490.",
                                      "1770652490.5x",
                                      "99999999999999999999",
                                      "9999999999999999999",
                                      "9e9"}) {
    EXPECT_FALSE(parser.parse(text)) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
