#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pve_task_log_decoder;

namespace {

using model::LandmarkKind;

constexpr std::string_view kName = "UPID:n:00000001:00000002:695FF63E:vzdump:200:root@pam:";

model::Case read(std::string_view text, std::string_view name) {
  return testing::decode_with(pve_task_log_decoder, text, std::string(name));
}

TEST(PveTaskLog, IsOfTheTaskThatItsNameSays) {
  const model::Case c = read("INFO: starting new backup job\nTASK ERROR: interrupted by signal\n", kName);
  ASSERT_EQ(c.landmarks.size(), 2U);
  EXPECT_EQ(c.landmarks[0].kind, LandmarkKind::TaskBegin);
  EXPECT_EQ(c.landmarks[1].kind, LandmarkKind::TaskEnd);
  EXPECT_EQ(c.str(c.landmarks[1].text), kName);
  EXPECT_EQ(c.str(c.streams[0].host), "n");
  EXPECT_EQ(c.events[1].severity, model::Severity::Error);
}

TEST(PveTaskLog, ThatBreaksOffHasNoEnd) {
  EXPECT_EQ(read("INFO: starting new backup job\nINFO: 12% (1", kName).landmarks.size(), 1U);
}

TEST(PveTaskLog, WithoutItsNameIsKnownByItsLastLine) {
  EXPECT_EQ(pve_task_log_decoder.sniff({"x\nTASK OK\n", "piece1", true}), Claim::Likely);
  EXPECT_EQ(pve_task_log_decoder.sniff({"x\nTASK OK\ny\n", "piece1", true}), Claim::No);
  EXPECT_EQ(read("x\nTASK OK\n", "piece1").events.size(), 2U);
}

}  // namespace
}  // namespace inquest::decode
