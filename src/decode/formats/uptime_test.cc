#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder uptime_decoder;

namespace {

std::string fact(std::string_view text, std::string_view key) {
  const model::Case c = testing::decode_with(uptime_decoder, text, "uptime");
  for (const model::Fact& each : c.facts) {
    if (each.key == key) return each.value;
  }
  return "";
}

TEST(Uptime, CountsTheSeconds) {
  struct Line {
    std::string_view text;
    std::string_view seconds;
  };
  for (const Line& line : {
           Line{" 23:41:07 up 21 min,  1 user,  load average: 0.52, 0.58, 0.59\n", "1260"},
           Line{" 23:41:07 up  7:26,  0 user,  load average: 0.52, 0.58, 0.59\n", "26760"},
           Line{" 23:41:07 up 1 day,  7:26,  0 user,  load average: 0.52, 0.58, 0.59\n", "113160"},
           Line{" 23:41:07 up 12 days, 4 min,  2 users,  load average: 0.52, 0.58, 0.59\n", "1037040"},
           Line{" 23:41:07 up 12 days,  3:04,  2 users,  load average: 0,52, 0,58, 0,59\n", "1047840"},
           Line{" 23:41:07 up 3 Tage,  0:10,  2 Benutzer,  Durchschnittslast: 0,52, 0,58, 0,59\n", "259800"},
       }) {
    EXPECT_EQ(fact(line.text, "uptime.seconds"), line.seconds) << line.text;
    EXPECT_EQ(fact(line.text, "uptime.load"), "0.52 0.58 0.59") << line.text;
  }
}

TEST(Uptime, IsNotWhatOtherTextWithThoseWordsIs) {
  const auto claim = [](std::string_view text) { return uptime_decoder.sniff(testing::head_of(text, "x")); };
  EXPECT_EQ(claim("top - 23:41:07 up 21 min,  1 user,  load average: 0.52, 0.58, 0.59\n"), Claim::No);
  EXPECT_EQ(claim("the load average: was 0.52 when it went up 3 days ago\n"), Claim::No);
  EXPECT_EQ(claim("2026-01-31 23:20:11\n"), Claim::No) << "a date alone may be anything's";
  EXPECT_EQ(claim("root@a:~# uptime -s\n2026-01-31 23:20:11\n"), Claim::Certain);
}

TEST(Uptime, ClaimsABootOnTheHostsOwnClock) {
  const model::Case c = testing::decode_with(uptime_decoder, "         system boot  2026-01-31 23:20\n", "who");
  ASSERT_EQ(c.boot_claims.size(), 1U);
  const model::Stream& stream = c.streams[c.boot_claims[0].stream];
  EXPECT_EQ(stream.clock, model::ClockDomain::LocalWall);
  EXPECT_EQ(stream.precision, Precision::Minute);
}

}  // namespace
}  // namespace inquest::decode
