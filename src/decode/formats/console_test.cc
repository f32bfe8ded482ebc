#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder console_decoder;

namespace {

using model::ClockDomain;
using model::LandmarkKind;

model::Case read(std::string_view text) { return testing::decode_with(console_decoder, text, "serial.log"); }

const std::string kBanner = "[    0.000000] Linux version 6.1.0\r\n";

std::string last_line(const model::Case& c, size_t stream) { return c.message(c.streams[stream].last_event); }

TEST(Console, OpensAStreamForEachBoot) {
  const model::Case c = read(kBanner + "[  900.000101] last of the first\r\n" + kBanner + "[    1.000002] second\r\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(last_line(c, 0), "last of the first");
  EXPECT_EQ(last_line(c, 1), "second");
  EXPECT_EQ(c.streams[0].channel, model::Channel::Console);
  EXPECT_TRUE(model::watches(c.streams[0].watch, model::Watch::PanicCapture));
}

TEST(Console, GivesALineWithoutAStampTheTimeOfTheLast) {
  const model::Case c = read(kBanner + "[    5.000101] a\r\nhello\r\n[    6.000101] b\r\n");
  ASSERT_EQ(c.events.size(), 4U);
  EXPECT_EQ(c.message(2), "hello");
  EXPECT_EQ(c.events[2].time, c.events[1].time);
  EXPECT_EQ(c.events[2].ident, 0U);
}

TEST(Console, GivesFirmwareToTheBootThatFollows) {
  const model::Case c =
      read("SeaBIOS (version 1.16.2)\r\n" + kBanner +
           "[  900.000101] a\r\nnode3 login: \r\nSeaBIOS (version 1.16.2)\r\nBooting from Hard Disk...\r\n" + kBanner +
           "[    0.310417] b\r\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.message(c.streams[0].first_event), "SeaBIOS (version 1.16.2)");
  EXPECT_EQ(last_line(c, 0), "node3 login:");
  EXPECT_EQ(c.message(c.streams[1].first_event), "SeaBIOS (version 1.16.2)");
  EXPECT_EQ(c.events[c.streams[1].first_event].time, 0);
  EXPECT_EQ(c.str(c.streams[0].host), "node3");
}

TEST(Console, TakesABannerInTheMiddleOfABoot) {
  const model::Case c =
      read(kBanner + "[  900.000101] a\r\n[  901.000102] Linux version 6.1.0\r\n[  902.000103] b\r\n");
  EXPECT_EQ(c.events.size(), 4U);
  EXPECT_EQ(c.message(3), "b");
}

TEST(Console, LeavesTextBeforeABootInItsMiddleWithoutATime) {
  const model::Case c = read("text\r\n[ 5012.118021] ata3.00: frozen\r\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.streams[0].clock, ClockDomain::None);
  EXPECT_EQ(c.streams[1].clock, ClockDomain::Monotonic);
  EXPECT_EQ(c.streams[1].events, 1U);
}

TEST(Console, SeesAShutdownInWhatSystemdShows) {
  const model::Case c =
      read(kBanner + "[\x1b[0;32m  OK  \x1b[0m] Reached target \x1b[0;1;39mreboot.target\x1b[0m - System Reboot.\r\n");
  ASSERT_EQ(c.landmarks.size(), 2U);
  EXPECT_EQ(c.landmarks[1].kind, LandmarkKind::ShutdownBegin);
  EXPECT_EQ(c.str(c.landmarks[1].text), "Reached target reboot.target - System Reboot.");
}

TEST(Console, PartsALineInWhichTwoWrote) {
  const model::Case c =
      read("[    1.000101] a[    1.000102] b\r\nnode3 login: [    9.000103] sysrq: Trigger a crash\r\n");
  ASSERT_EQ(c.events.size(), 4U);
  EXPECT_EQ(c.message(0), "a");
  EXPECT_EQ(c.message(1), "b");
  EXPECT_EQ(c.message(2), "node3 login:");
  EXPECT_EQ(c.message(3), "sysrq: Trigger a crash");
  EXPECT_EQ(c.events[3].line, 2U);
}

std::string some_log(int boot) {
  std::string out = kBanner;
  for (int i = 0; i < 60; ++i) {
    out += "[    " + std::to_string(1 + i / 10) + "." + std::to_string(100'000 + (i % 10) * 70'001 + boot * 7) +
           "] line\r\n";
  }
  return out;
}

TEST(Console, TakesALogThatIsPrintedAgainForNoBoot) {
  const model::Case c = read(some_log(0) + "root@node3:~# dmesg\r\n" + some_log(0) + "[  900.000101] live\r\n");
  EXPECT_EQ(c.streams.size(), 1U);
  EXPECT_EQ(c.landmarks.size(), 1U) << "one banner";
  EXPECT_EQ(last_line(c, 0), "live");
}

TEST(Console, TellsAnotherBootOfTheSameKernelFromALogPrintedAgain) {
  EXPECT_EQ(read(some_log(0) + some_log(1)).streams.size(), 2U);
  EXPECT_EQ(read(some_log(0) + "# dmesg\r\n" + some_log(0) + some_log(1)).streams.size(), 2U);
}

TEST(Console, SeesTheBootsOfALoopThatNeverGetsFar) {
  EXPECT_EQ(read(kBanner + kBanner + kBanner + kBanner).streams.size(), 4U);
}

TEST(Console, GoesOnAfterTheHeadOfALogWasPrintedAgain) {
  const model::Case c = read(some_log(0) + "[  900.000101] live\r\n# dmesg | head -2\r\n" + kBanner +
                             "[    0.000000] Command line: x\r\n[ 1000.000101] live again\r\n");
  EXPECT_EQ(c.streams.size(), 1U);
  EXPECT_EQ(last_line(c, 0), "live again");
}

TEST(Console, TrustsTheClockOfTheOneWhoReceivedIt) {
  const model::Case c = read(
      "2026-02-09 10:53:52 [    0.000000] Linux version 6.1.0\n2026-02-09 10:53:54 node3 login:\n"
      "2026-02-09 14:11:09 [    0.000000] Linux version 6.1.0\n");
  ASSERT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.streams[0].clock, ClockDomain::LocalWall);
  EXPECT_EQ(c.events[1].time, *from_civil({2026, 2, 9, 10, 53, 54}));
  EXPECT_EQ(c.streams[1].earliest, *from_civil({2026, 2, 9, 14, 11, 9}));
  EXPECT_EQ(c.message(0), "Linux version 6.1.0");
}

TEST(Console, StopsAtMoreBootsThanThereAreInAnyCapture) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += kBanner;
  const model::Case c = read(text);
  EXPECT_EQ(c.streams.size(), 4096U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 4097U);
}

TEST(Console, IsReadInBoundedMemory) {
  std::string text = kBanner + "[  900.000101] a\r\n" + kBanner;
  for (int i = 0; i < 20'000; ++i) text += "a line without a stamp\r\n";
  const model::Case c = read(text);
  EXPECT_EQ(c.streams.size(), 2U);
  EXPECT_EQ(c.events.size(), 20'003U);
}

}  // namespace
}  // namespace inquest::decode
