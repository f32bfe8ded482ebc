#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pve_tasks_decoder;

namespace {

using model::LandmarkKind;

model::Case read(std::string_view text) { return testing::decode_with(pve_tasks_decoder, text, "index"); }

TEST(PveTasks, TellsWhatEndedAndWhatDidNot) {
  const model::Case c = read(
      "UPID:n:00000001:00000002:695FF63E:qmstop:200:root@pam: 695FF63F OK\n"
      "UPID:n:00000003:00000004:695FF640:vzdump::root@pam: 1 695FF650 job errors\n"
      "UPID:n:00000005:00000006:695FF642:qmstart:9201:root@pam: 695FFFFF unexpected status\n"
      "UPID:n:00000007:00000008:695FF643:qmstart:9202:root@pam: 0\n");
  ASSERT_EQ(c.landmarks.size(), 4U);
  EXPECT_EQ(c.landmarks[0].kind, LandmarkKind::TaskEnd);
  EXPECT_EQ(c.landmarks[1].kind, LandmarkKind::TaskEnd);
  EXPECT_EQ(c.landmarks[2].kind, LandmarkKind::TaskBegin);
  EXPECT_EQ(c.landmarks[3].kind, LandmarkKind::TaskBegin);
  EXPECT_EQ(c.events[0].time, 0x695FF63F * kSecond);
  EXPECT_EQ(c.events[1].severity, model::Severity::Error);
  EXPECT_EQ(c.events[3].time, 0x695FF643 * kSecond);
  EXPECT_EQ(c.str(c.events[0].host), "n");
}

TEST(PveTasks, LocatesWhatItCannotRead) {
  const model::Case c = read(
      "UPID:n:00000001:00000002:695FF63E:qmstop:200:root@pam: 695FF63F OK\nUPID:n:00000001:0\n"
      "UPID:n:00000001:00000002:695FF63E:qmstop:201:root@pam: 495FF63F OK\n");
  EXPECT_EQ(c.events.size(), 2U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 2U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U);
  EXPECT_EQ(c.evidence[0].diagnostics[1].line, 3U);
}

}  // namespace
}  // namespace inquest::decode
