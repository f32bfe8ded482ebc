#include "decode/go_duration.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(GoDuration, TakesWhatGoAndTelegrafTake) {
  const std::pair<std::string_view, Ns> rows[] = {
      {"10s", 10 * kSecond},
      {"1m30s", 90 * kSecond},
      {"500ms", 500 * kMilli},
      {"1h0m0.5s", kHour + 500 * kMilli},
      {"1.5h", 90 * kMinute},
      {".5s", 500 * kMilli},
      {"250us", 250 * kMicro},
      {"250\xC2\xB5s", 250 * kMicro},
      {"250\xCE\xBCs", 250 * kMicro},
      {"7ns", 7},
      {"-2s", -2 * kSecond},
      {"+2s", 2 * kSecond},
      {"0s", 0},
      {"2d", 2 * kDay},
      {"10", 10 * kSecond},
      {"0", 0},
      {"0.25", 250 * kMilli},
  };
  for (const auto& [text, ns] : rows) EXPECT_EQ(parse_go_duration(text), ns) << text;
}

TEST(GoDuration, LeavesOtherText) {
  const std::string_view rows[] = {"",
                                   "s",
                                   "10 s",
                                   "10s ",
                                   "ten",
                                   "10y",
                                   "1s2",
                                   ".",
                                   ".s",
                                   "1..5",
                                   "1.2.3",
                                   "-",
                                   "--1",
                                   "1e3s",
                                   "$INTERVAL",
                                   "10s\n",
                                   "9999999999999999999s",
                                   "300000d",
                                   "99999999999h0.5h"};
  for (const std::string_view text : rows) EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
}

}  // namespace
}  // namespace inquest::decode
