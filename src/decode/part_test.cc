#include "decode/part.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(Part, IsCalledAsItsCommandsFile) {
  EXPECT_EQ(part_name("cat /proc/cmdline"), "cmdline");
  EXPECT_EQ(part_name("cat /etc/sysctl.d/99-panic.conf"), "99-panic.conf");
  EXPECT_EQ(part_name("/bin/dmesg -T"), "dmesg");
  EXPECT_EQ(part_name("uptime -s"), "uptime");
  EXPECT_EQ(part_name("tail /var/log/syslog -n 5"), "syslog");
  EXPECT_EQ(part_name(""), "");
}

TEST(Part, IsNobodysWhereItIsEmptyOrComposedItself) {
  EXPECT_EQ(part_decoder("x", ""), nullptr);
  EXPECT_EQ(part_decoder("x", "\n \n"), nullptr);
  EXPECT_EQ(part_decoder("x", "#==[ Command ]====#\n# /bin/uptime\n 23:41:07 up 21 min\n"), nullptr);
  const Decoder* decoder =
      part_decoder("x", "Feb  9 15:54:50 node-a sshd[812]: Server listening on 0.0.0.0 port 22.\n");
  ASSERT_NE(decoder, nullptr);
  EXPECT_EQ(decoder->name, "syslog");
}

}  // namespace
}  // namespace inquest::decode
