#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder stamped_log_decoder;

namespace {

Claim claim(std::string_view text) { return stamped_log_decoder.sniff({text, "app.log", true}); }

std::string repeat(std::string_view line, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += line;
  return out;
}

TEST(StampedLog, ClaimsAMajorityOfDatedLines) {
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00 ready\n", 5)), Claim::Likely);
  EXPECT_EQ(claim("2026-11-01 12:00:00 ready\n"), Claim::Fallback);
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00 ready\n", 3) + "one\ntwo\n"), Claim::Fallback);
  EXPECT_EQ(claim("2026-11-01 12:00:00 ready\nnot dated\n"), Claim::No);
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00 ready\n", 5) + repeat("prose\n", 6)), Claim::No);
}

TEST(StampedLog, LeavesTablesAndOtherLogsToTheirDecoders) {
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00,12.5\n", 5)), Claim::No);
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00 12.5\n", 5)), Claim::No);
  EXPECT_EQ(claim(repeat("2026-11-01T12:00:00.123456+01:00 pve1 systemd[1]: Started x.\n", 5)), Claim::No);
  EXPECT_EQ(claim(repeat("2026-11-01 12:00:00 [    1.759158] usb 1-1: reset\n", 5)), Claim::No);
}

TEST(StampedLog, TakesTheProgramFromTheFilesName) {
  const model::Case c =
      testing::decode_with(stamped_log_decoder, "2026-11-01 12:00:00 ready\n", "postgresql-15-main.log.1");
  EXPECT_EQ(c.str(c.events[0].ident), "postgresql-15-main");
}

TEST(StampedLog, AttachesLinesWithoutADate) {
  const model::Case c =
      testing::decode_with(stamped_log_decoder, "before\n2026-11-01 12:00:00 ready\n  and\nmore\n", "app.log");
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.message(0), "ready\n  and\nmore");
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 1U);
}

TEST(StampedLog, KeepsLocalTimeAndUtcApart) {
  const model::Case c =
      testing::decode_with(stamped_log_decoder, "2026-11-01 12:00:00 a\n2026-11-01T12:00:00Z b\n", "app.log");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.streams[0].clock, model::ClockDomain::LocalWall);
  EXPECT_EQ(c.streams[1].clock, model::ClockDomain::Utc);
}

TEST(StampedLog, AttachesNoMoreThanARecordMayHold) {
  const model::Case c =
      testing::decode_with(stamped_log_decoder, "2026-11-01 12:00:00 a\n" + repeat("more\n", 50'000), "app.log");
  EXPECT_LE(c.events[0].length, Sink::kMostRecord);
}

}  // namespace
}  // namespace inquest::decode
