#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder zpool_events_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(zpool_events_decoder, text, "events.txt"); }

TEST(ZpoolEvents, KeepsTheFieldsWithTheirEventAndMarksErrors) {
  const model::Case c = read(
      "TIME                           CLASS\n"
      "Jan  8 2026 16:37:47.123456789 ereport.fs.zfs.checksum\n        class = \"ereport.fs.zfs.checksum\"\n"
      "        zio_err = 0x34\n\nJan  8 2026 16:37:48.000000001 sysevent.fs.zfs.history_event\n");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.events[0].time % kSecond, 123456789);
  EXPECT_EQ(c.events[0].severity, model::Severity::Error);
  EXPECT_NE(c.record(0).find("zio_err = 0x34"), std::string::npos);
  ASSERT_EQ(c.landmarks.size(), 1U);
  EXPECT_EQ(c.landmarks[0].kind, model::LandmarkKind::StorageError);
  EXPECT_EQ(c.str(c.landmarks[0].text), "ereport.fs.zfs.checksum");
}

TEST(ZpoolEvents, LocatesADayThatDoesNotExist) {
  const model::Case c = read(
      "Jan  8 2026 16:37:47.123456789 ereport.fs.zfs.data\n"
      "Feb 30 2026 16:37:47.123456789 ereport.fs.zfs.data\n");
  EXPECT_EQ(c.events.size(), 1U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U);
}

TEST(ZpoolEvents, ClaimsNoOtherLog) {
  EXPECT_EQ(zpool_events_decoder.sniff({"Jan  8 2026 16:37:47.123456789 something else\n", "events", true}), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
