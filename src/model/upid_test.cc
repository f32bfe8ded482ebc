#include "model/upid.h"

#include <gtest/gtest.h>

namespace inquest::model {
namespace {

TEST(Upid, TellsWhoWhatAndWhenAndWhenTheNodeWasStarted) {
  const auto upid = parse_upid("UPID:node-a:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam: OK");
  ASSERT_TRUE(upid);
  EXPECT_EQ(upid->text, "UPID:node-a:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:");
  EXPECT_EQ(upid->node, "node-a");
  EXPECT_EQ(upid->pid, 60031U);
  EXPECT_EQ(upid->uptime, 6954 * kSecond);
  EXPECT_EQ(format_utc({upid->start, Precision::Second}), "2026-01-08T18:23:58Z");
  EXPECT_EQ(upid->type, "qmstop");
  EXPECT_EQ(upid->object, "200");
  EXPECT_EQ(upid->user, "root@pam");
  EXPECT_EQ(format_utc({upid->boot_after(), Precision::Second}), "2026-01-08T16:28:04Z");
}

TEST(Upid, MayHaveAnEmptyObjectATokenForAUserAndNineDigitsOfUptime) {
  const auto upid = parse_upid("UPID:n:00000001:123456789:695FF63E:startall::ops@pve!ci:");
  ASSERT_TRUE(upid);
  EXPECT_EQ(upid->object, "");
  EXPECT_EQ(upid->user, "ops@pve!ci");
  EXPECT_EQ(upid->uptime / kSecond, 48867183);
}

TEST(Upid, OfABackupServerHasTheTasksNumberToo) {
  const auto upid =
      parse_upid("UPID:elsa:00004F37:0039E469:00000002:5CA78B83:garbage_collection:store\\x3a1:root@pam:");
  ASSERT_TRUE(upid);
  EXPECT_EQ(upid->type, "garbage_collection");
  EXPECT_EQ(upid->object, "store\\x3a1");
  EXPECT_EQ(upid->start, 0x5CA78B83 * kSecond);
}

TEST(Upid, IsFoundBehindOtherWords) {
  const auto upid = find_upid("UPID: <root@pam> end task UPID:n:00000001:00000002:695FF63E:vzdump::root@pam: OK");
  ASSERT_TRUE(upid);
  EXPECT_EQ(upid->type, "vzdump");
}

TEST(Upid, IsNoneWithoutAllOfIt) {
  for (const std::string_view text :
       {"", "UPID:", "UPID:n:00000001:00000002:695FF63E:qmstop:200:root@pam",
        "UPID:n:1:00000002:695FF63E:qmstop:200:root@pam:", "UPID::00000001:00000002:695FF63E:qmstop:200:root@pam:",
        "UPID:n:00000001:00000002:00000000:qmstop:200:root@pam:",
        "UPID:n:FFFFFFFFFF:00000002:695FF63E:qmstop:200:root@pam:",
        "UPID:n:00000001:FFFFFFFFFFFFFFFF:695FF63E:qmstop:200:root@pam:",
        "UPID:n:00000001:00000002:695FF63E:qm stop:200:root@pam:",
        "UPID:n:0000000G:00000002:695FF63E:qmstop:200:root@pam:"}) {
    EXPECT_FALSE(parse_upid(text)) << text;
  }
}

}  // namespace
}  // namespace inquest::model
