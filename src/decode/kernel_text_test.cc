#include "decode/kernel_text.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

KernelTextKind kind_of(std::string_view text) { return classify_kernel_text({text, "log", true}).kind; }

std::string repeat(std::string_view line, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += line;
  return out;
}

const std::string kLog =
    "[    0.000000] Linux version 6.1.0-31-amd64 (debian-kernel@lists.debian.org)\n"
    "[    0.310417] pci 0000:00:02.0: [1af4:1000] type 00 class 0x020000\n"
    "[    1.204517] virtio_blk virtio1: [vda] 8388608 512-byte logical blocks\n"
    "[    2.001112] Run /init as init process\n";

TEST(KernelText, TellsTheLogFromTheConsole) {
  EXPECT_EQ(kind_of(kLog), KernelTextKind::Dmesg);
  EXPECT_EQ(kind_of(kLog + "\nnode3 login: \n"), KernelTextKind::Console);
  EXPECT_EQ(kind_of(kLog + "[  OK  ] Started ssh.service.\n"), KernelTextKind::Console);
  EXPECT_EQ(kind_of("SeaBIOS (version 1.16.2)\n" + kLog), KernelTextKind::Console);
  EXPECT_EQ(kind_of(kLog + kLog), KernelTextKind::Console) << "two boots";
  std::string crlf = kLog;
  for (size_t at = 0; (at = crlf.find('\n', at)) != std::string::npos; at += 2) crlf.replace(at, 1, "\r\n");
  EXPECT_EQ(kind_of(crlf), KernelTextKind::Console);
}

TEST(KernelText, LetsACommandStandAboveItsOutput) {
  EXPECT_EQ(kind_of("root@pve1:~# dmesg\n" + kLog), KernelTextKind::Dmesg);
}

TEST(KernelText, ClaimsASingleLine) { EXPECT_EQ(kind_of("[    1.759158] usb 1-1: reset\n"), KernelTextKind::Dmesg); }

TEST(KernelText, LeavesOthersTheirs) {
  // A crash or drgn session that lists the log of the dump.
  EXPECT_EQ(kind_of("PID: 1 TASK: ffff8881 CPU: 0 COMMAND: \"init\"\n #0 [ffffb000] panic at ffffffff81001000\n"
                    " #1 [ffffb010] do_exit at ffffffff81002000\n #2 [ffffb020] main at ffffffff81003000\n" +
                    repeat(kLog, 10)),
            KernelTextKind::Other);
  // journalctl -o short-monotonic
  EXPECT_EQ(
      kind_of(repeat("[    1.759158] pve1 kernel: usb 1-1: reset\n[    1.900000] pve1 systemd[1]: Started x.\n", 5)),
      KernelTextKind::Other);
  // syslog with priorities
  EXPECT_EQ(kind_of(repeat("<30>Feb  9 07:55:07 pve1 systemd[1]: Started x.\n", 5)), KernelTextKind::Other);
  EXPECT_EQ(kind_of(repeat("<34>1 2026-02-09T07:55:07Z pve1 su - - - x\n", 5)), KernelTextKind::Other);
  // Apache's error log
  EXPECT_EQ(kind_of(repeat("[Mon Feb  9 10:53:52 2026] [error] [client 192.0.2.1] File does not exist\n", 5)),
            KernelTextKind::Other);
  // prose with a few lines quoted
  EXPECT_EQ(kind_of(kLog + repeat("What happened next is told below.\n", 20)), KernelTextKind::Other);
  EXPECT_EQ(kind_of("nothing of the kind\n"), KernelTextKind::Other);
}

TEST(KernelText, KnowsTheHeadersOfPstore) {
  EXPECT_TRUE(pstore_header("Panic#1 Part1"));
  EXPECT_TRUE(pstore_header("Oops#12 Part3"));
  EXPECT_FALSE(pstore_header("Panic#1"));
  EXPECT_FALSE(pstore_header("Panic#x Part1"));
  EXPECT_FALSE(pstore_header("Trouble#1 Part1"));
  EXPECT_TRUE(pstore_part_name("dmesg-erst-7530486857247752194:"));
  EXPECT_FALSE(pstore_part_name("dmesg-erst-x:"));
  EXPECT_FALSE(pstore_part_name("dmesg:"));
}

}  // namespace
}  // namespace inquest::decode
