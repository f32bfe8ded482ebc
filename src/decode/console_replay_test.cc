#include "decode/console_replay.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using Line = ConsoleReplay::Line;

TEST(ConsoleReplay, KnowsALineByItsStampAndWords) {
  ConsoleReplay replay;
  replay.saw(1'204'517 * kMicro, "usb 1-1: reset");
  EXPECT_EQ(replay.look_up(1'204'517 * kMicro, "usb 1-1: reset"), Line::Known);
  EXPECT_EQ(replay.look_up(1'204'518 * kMicro, "usb 1-1: reset"), Line::New);
  EXPECT_EQ(replay.look_up(1'204'517 * kMicro, "usb 1-2: reset"), Line::New);
  replay.clear();
  EXPECT_EQ(replay.look_up(1'204'517 * kMicro, "usb 1-1: reset"), Line::New);
}

TEST(ConsoleReplay, HearsNothingInStampsThatEachBootHas) {
  ConsoleReplay replay;
  for (const Ns stamp : {Ns{0}, 4 * kMicro, 8 * kMilli, kSecond}) {
    replay.saw(stamp, "tsc: Detected 2592.000 MHz processor");
    EXPECT_EQ(replay.look_up(stamp, "tsc: Detected 2592.000 MHz processor"), Line::Mute) << stamp;
  }
}

}  // namespace
}  // namespace inquest::decode
