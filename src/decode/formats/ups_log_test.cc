#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder ups_log_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(ups_log_decoder, text, "ups.log"); }

TEST(UpsLog, TakesAChangeOfStatusForAnEventAndTheFirstOneForNone) {
  const model::Case c = read(
      "20260131 230932 100 230.1 21 [OB] NA 50.0\n20260131 231002 98 0.0 21 [OB] NA NA\n"
      "20260131 231640 19 0.0 22 [OB LB] NA NA\n");
  EXPECT_EQ(c.events.size(), 2U);
  ASSERT_EQ(c.landmarks.size(), 1U);
  EXPECT_EQ(c.landmarks[0].event, 1U);
}

TEST(UpsLog, KeepsWhatStandsAroundAnImpossibleTime) {
  const model::Case c = read(
      "20260131 230932 100 230.1 21 [OL] NA 50.0\n20260231 231002 98 0.0 21 [OB] NA NA\n"
      "20260131 996199 98 0.0 21 [OB] NA NA\n20260131 231640 19 nan 1e999 [OB LB] NA NA\n");
  EXPECT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

TEST(UpsLog, SeesTheShutdownThatAnEmptyBatteryBegins) {
  const model::Case c =
      read("2026-01-31 23:10:02 +0100  Power failure.\n2026-01-31 23:16:40 +0100  Initiating system shutdown!\n");
  ASSERT_EQ(c.landmarks.size(), 2U);
  EXPECT_EQ(c.landmarks[0].kind, model::LandmarkKind::HardwareEvent);
  EXPECT_EQ(c.landmarks[1].kind, model::LandmarkKind::ShutdownBegin);
}

TEST(UpsLog, LeavesOtherDatedLogsToTheirDecoder) {
  const auto claim = [](std::string_view text) { return ups_log_decoder.sniff(testing::head_of(text, "x")); };
  EXPECT_EQ(claim("2026-01-31 23:10:02 +0100  something else\n"), Claim::No);
  EXPECT_EQ(claim("20260131 230932 a b c\n"), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
