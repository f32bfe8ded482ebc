#include "decode/sample_value.h"

#include <cmath>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(SampleValue, IsTheNearestDouble) {
  for (const char* text : {"0",
                           "7",
                           "-3",
                           "99.8",
                           "99.80079681274845",
                           "0.1",
                           ".5",
                           "5.",
                           "00012.50",
                           "9007199254740993",
                           "9007199254740992",
                           "12345678901234567890",
                           "0.000000000000000001",
                           "1.2e+06",
                           "-1e-300",
                           "202913",
                           "123456789.123456789",
                           "+4.25",
                           "99.849999999999994",
                           "1e22",
                           "8388608.000000001"}) {
    const SampleValue got = parse_value(text);
    EXPECT_EQ(got.kind, ValueKind::Number) << text;
    EXPECT_EQ(got.value, std::strtod(text, nullptr)) << text;
  }
  EXPECT_TRUE(std::signbit(parse_value("-0").value));
}

TEST(SampleValue, TellsTextFromNumbersThatAreNotFinite) {
  for (const char* text : {"NaN", "nan", "Inf", "+Inf", "-inf", "1e999", "-1e999"}) {
    EXPECT_EQ(parse_value(text).kind, ValueKind::NotFinite) << text;
  }
  for (const char* text :
       {"", "-", ".", "-.", "x", "1x", "1 2", "1.2.3", "0x10", "--1", "+-1", "1e", "1,5", "true", " 1"}) {
    EXPECT_EQ(parse_value(text).kind, ValueKind::Text) << text;
  }
}

TEST(SampleValue, MakesUnitsPlain) {
  struct {
    const char* text;
    double value;
  } const cases[] = {
      {"99.8%", 99.8},
      {"99.8 %", 99.8},
      {"120 kB/s", 120'000},
      {"1.5 GiB", 1610612736},
      {"250 ms", 0.25},
      {"2 min", 120},
      {"1.2 Mil", 1'200'000},
      {"3 K", 3000},
      {"-4 \xC2\xB0"
       "C",
       -4},
      {"12 \xC2\xB5s", 12e-6},
      {"1.5 Mb/s", 1.5e6},
      {"0 B", 0},
      {"2.4 days", 207'360},
      {" 7 ", 7},
      {"3.6 GHz", 3.6e9},
  };
  for (const auto& c : cases) {
    const SampleValue got = parse_value(c.text, {.units = true});
    EXPECT_EQ(got.kind, ValueKind::Number) << c.text;
    EXPECT_DOUBLE_EQ(got.value, c.value) << c.text;
    if (std::string(c.text).find_first_not_of("0123456789. ") != std::string::npos) {
      EXPECT_EQ(parse_value(c.text).kind, ValueKind::Text) << c.text;
    }
  }
  for (const char* text : {"%", "kB/s", "5 apples", "2 days, 8:21", "10.0.0.1", "6.17.9-1-pve", "1-2 s", "cpu0"}) {
    EXPECT_EQ(parse_value(text, {.units = true}).kind, ValueKind::Text) << text;
  }
}

TEST(SampleValue, ReadsDecimalCommas) {
  const NumberStyle style{.decimal_point = ',', .units = true};
  EXPECT_EQ(parse_value("99,8", style).value, 99.8);
  EXPECT_EQ(parse_value("-0,5 kB", style).value, -500);
  EXPECT_EQ(parse_value("17", style).value, 17);
  EXPECT_EQ(parse_value("1.089,5", style).kind, ValueKind::Text);
}

}  // namespace
}  // namespace inquest::decode
