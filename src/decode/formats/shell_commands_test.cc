#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder shell_commands_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(shell_commands_decoder, text, ".bash_history"); }

TEST(ShellCommands, OfAHistoryHaveTheirTimes) {
  const model::Case c = read("#1767888000\nsystemctl disable log2ram\n#1767888060\nreboot\n");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].value, "systemctl disable log2ram");
  ASSERT_EQ(c.events.size(), 2U);
  EXPECT_EQ(c.events[1].time, 1'767'888'060 * kSecond);
  EXPECT_EQ(c.message(1), "reboot");
}

TEST(ShellCommands, WithoutTimesAreFactsOnly) {
  const model::Case c = read("# on the listener\nnc -u -l 6666\nroot@node-a:~# sudo update-grub\n");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].value, "nc -u -l 6666");
  EXPECT_EQ(c.facts[1].value, "update-grub");
  EXPECT_EQ(c.str(c.facts[1].host), "node-a");
  EXPECT_EQ(c.events.size(), 0U);
}

TEST(ShellCommands, ClaimsNoProseAndNoOutput) {
  const auto claim = [](std::string_view text) { return shell_commands_decoder.sniff({text, "x", true}); };
  EXPECT_EQ(claim("modprobe x\nls /sys/fs/pstore\n"), Claim::Fallback);
  EXPECT_EQ(claim("cat walks\nover the road\nand home\n"), Claim::No);
  EXPECT_EQ(claim("root@a:~# ls /\nbin boot dev\netc home\n"), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
