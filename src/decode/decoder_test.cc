#include "decode/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Head, GivesItsLinesWithoutTheirEnds) {
  EXPECT_THAT((Head{"a\r\n\nb\n", "x", true}.lines()), ElementsAre("a", "", "b"));
  EXPECT_THAT((Head{"a\nb\nc\n", "x", true}.lines(2)), ElementsAre("a", "b"));
  EXPECT_THAT((Head{"", "x", true}.lines()), IsEmpty());
}

TEST(Head, LeavesOutALastLineThatIsCutUnlessItIsAllThereIs) {
  EXPECT_THAT((Head{"a\nb", "x", true}.lines()), ElementsAre("a", "b"));
  EXPECT_THAT((Head{"a\nb", "x", false}.lines()), ElementsAre("a"));
  EXPECT_THAT((Head{"ab", "x", false}.lines()), ElementsAre("ab"));
}

TEST(Choose, TakesTheHighestClaimAndNobodyForNothing) {
  EXPECT_EQ(choose({"", "syslog", true}), nullptr);
  EXPECT_EQ(choose({"neither here nor there\n", "syslog", true}), nullptr);
  const Decoder* decoder =
      choose({"Feb  9 15:54:50 pve1 sshd[812]: Server listening on 0.0.0.0 port 22.\n", "x", true});
  ASSERT_NE(decoder, nullptr);
  EXPECT_EQ(decoder->name, "syslog");
}

}  // namespace
}  // namespace inquest::decode
