#include "decode/tool_output.h"

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {
namespace {

TEST(ToolOutput, KnowsWhichProgramWasTyped) {
  EXPECT_EQ(typed_command("root@node-a:~# /usr/sbin/smartctl -a /dev/sda", {"smartctl"}),
            "/usr/sbin/smartctl -a /dev/sda");
  EXPECT_EQ(typed_command("$ sudo lscpu | head", {"lscpu"}), "lscpu | head");
  EXPECT_EQ(typed_command("# LC_ALL=C LANG=C free -m", {"free"}), "LC_ALL=C LANG=C free -m");
  EXPECT_EQ(typed_command("root@node-a:~# ls", {"lscpu"}), std::nullopt);
  EXPECT_EQ(typed_command("lscpu", {"lscpu"}), std::nullopt);
}

TEST(ToolOutput, SplitsFieldsAtTheFirstSeparator) {
  const auto field = split_field("  Local Time is:    Mon Feb  9 10:53:52 2026");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->key, "Local Time is");
  EXPECT_EQ(field->value, "Mon Feb  9 10:53:52 2026");
  EXPECT_FALSE(split_field(": value"));
  EXPECT_FALSE(split_field("no separator"));
}

TEST(ToolOutput, MakesKeysOfWords) {
  EXPECT_EQ(key_of("Current Pending Sector (raw)"), "current-pending-sector-raw");
  EXPECT_EQ(key_of("  %util "), "util");
  EXPECT_EQ(key_of(std::string(1000, 'x')).size(), 64U);
}

TEST(ToolOutput, SeesWhatWasAskedFirst) {
  const auto head = [](std::string_view text) { return tool_head(testing::head_of(text, "x"), {"lscpu"}); };
  EXPECT_TRUE(head("root@a:~# lscpu\nCPU(s): 4\n").asked);
  EXPECT_EQ(head("root@a:~# lscpu\nCPU(s): 4\nroot@a:~# free\nMem: 1\n").lines.size(), 1U);
  EXPECT_TRUE(head("root@a:~# free\nMem: 1\nroot@a:~# lscpu\nCPU(s): 4\n").lines.empty());
  EXPECT_EQ(head("\nCPU(s): 4\n").lines.size(), 1U);
}

}  // namespace
}  // namespace inquest::decode
