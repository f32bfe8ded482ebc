#include "decode/boot_breaks.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

BootBreaks after(Ns latest, bool banner) {
  BootBreaks out;
  out.note(0, banner);
  out.note(latest, false);
  return out;
}

TEST(BootBreaks, BreaksAtASecondBanner) {
  EXPECT_TRUE(after(0, true).breaks(0, true));
  EXPECT_TRUE(after(100 * kSecond, true).breaks(0, true));
}

TEST(BootBreaks, KeepsTheWordsBeforeTheFirstBanner) {
  EXPECT_FALSE(after(0, false).breaks(0, true));
  EXPECT_FALSE(BootBreaks().breaks(0, true));
}

TEST(BootBreaks, BreaksWhereTheClockFallsBackToZero) {
  EXPECT_TRUE(after(100 * kSecond, true).breaks(kSecond / 2, false));
  EXPECT_TRUE(after(100 * kSecond, false).breaks(0, true));
}

TEST(BootBreaks, BreaksWhereAQuietConsoleBeginsLate) {
  EXPECT_TRUE(after(9000 * kSecond, true).breaks(3 * kSecond, false));
  EXPECT_FALSE(after(9000 * kSecond, true).breaks(8000 * kSecond, false));
}

TEST(BootBreaks, ForgivesStampsOutOfOrder) {
  EXPECT_FALSE(after(kSecond + 3 * kMilli, true).breaks(kSecond - kMilli, false));
  EXPECT_FALSE(after(5000 * kSecond, true).breaks(4999 * kSecond, false));
}

}  // namespace
}  // namespace inquest::decode
