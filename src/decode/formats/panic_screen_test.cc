#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder panic_screen_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(panic_screen_decoder, text, "screen.txt"); }

TEST(PanicScreen, TakesTheLastLineOfDrmsScreenForTheReason) {
  const model::Case c = read("  .--.\n |o_o |\n\nKERNEL PANIC!\n\nPlease reboot your computer.\n\nFatal exception\n");
  ASSERT_EQ(c.observations.size(), 1U);
  EXPECT_EQ(c.observations[0].kind, "panic-screen");
  EXPECT_EQ(c.observations[0].text, "KERNEL PANIC! Please reboot your computer. Fatal exception");
  EXPECT_EQ(c.observations[0].cite.line, 4U);
  ASSERT_EQ(c.landmarks.size(), 1U);
  EXPECT_EQ(c.str(c.landmarks[0].text), "Fatal exception");
}

TEST(PanicScreen, ReadsTitleAndAdviceInOneLine) {
  const model::Case c = read("KERNEL PANIC! Please reboot your computer.\nsysrq triggered crash\n");
  ASSERT_EQ(c.observations.size(), 1U);
  EXPECT_EQ(c.observations[0].text, "KERNEL PANIC! Please reboot your computer. sysrq triggered crash");
}

TEST(PanicScreen, TakesThePanicOutOfAConsoleWithoutStamps) {
  const model::Case c = read(
      "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\r\n"
      "CPU: 0 PID: 1 Comm: init Not tainted 6.1.0\r\n");
  ASSERT_EQ(c.observations.size(), 1U);
  EXPECT_EQ(c.observations[0].text, "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100");
  EXPECT_EQ(c.events.size(), 2U);
}

TEST(PanicScreen, ClaimsNoProseAboutPanics) {
  const auto claim = [](std::string_view text) { return panic_screen_decoder.sniff({text, "x.txt", true}); };
  EXPECT_EQ(claim("# Notes\nWe saw this:\nKernel panic - not syncing: Fatal exception\nand rebooted.\n"), Claim::No);
  EXPECT_EQ(claim("Please reboot your computer.\n"), Claim::No);
  EXPECT_EQ(claim(""), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
