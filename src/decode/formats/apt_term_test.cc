#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder apt_term_decoder;

namespace {

TEST(AptTerm, RecordsBeginningsAndEndsWithWhatWasPrinted) {
  const model::Case c = testing::decode_with(
      apt_term_decoder, "\nLog started: 2026-02-06  18:02:02\nSetting up x\n\nLog ended: 2026-02-06  18:04:31\n",
      "term.log");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.message(0), "Log started: 2026-02-06  18:02:02\nSetting up x");
  EXPECT_EQ(c.events[0].time, *from_civil({2026, 2, 6, 18, 2, 2}));
  EXPECT_EQ(c.message(1), "Log ended: 2026-02-06  18:04:31");
  EXPECT_EQ(c.streams[0].clock, model::ClockDomain::LocalWall);
}

TEST(AptTerm, ClaimsByItsFirstLine) {
  EXPECT_EQ(apt_term_decoder.sniff({"\nLog started: 2026-02-06  18:02:02\n", "x", true}), Claim::Certain);
  EXPECT_EQ(apt_term_decoder.sniff({"Log started: today\n", "term.log", true}), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
