#include "crashtext/taint.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(Taint, ReadsEveryGenerationOfTheState) {
  struct Case {
    std::string_view line;
    uint64_t mask;
    std::string_view letters;
    std::string_view rest;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"CPU: 0 PID: 3081 Comm: a Not tainted 4.15.0-rc1+ #205", 0, "", " 4.15.0-rc1+ #205"},
      {"CPU: 1 PID: 42 Comm: kswapd0 Tainted: PF   B   WC O 3.10.4-100.x86_64 #1", 5667, "P F B W C O",
       "3.10.4-100.x86_64 #1"},
      {"Comm: insmod Tainted: GF          O--------------   3.10.0-54.el7 #1", 4098, "G F O", "3.10.0-54.el7 #1"},
      {"Comm: a Tainted: G        W   E      6.1.0-13-amd64 #1", 8704, "G W E", "6.1.0-13-amd64 #1"},
      {"Tainted: [P]=PROPRIETARY_MODULE, [O]=OOT_MODULE, [E]=UNSIGNED_MODULE", 12289, "P O E", ""},
      {"Tainted: [J]=FWCTL, [N]=TEST", 0xC0000, "G N J", ""},
      {"REGS: c000 TRAP: 0700   Tainted: G  X   (4.4.21-69-default)", 0x10000, "G X", "(4.4.21-69-default)"},
      {"Tainted: G                T 6.4.0", 0x20000, "G T", "6.4.0"},
  });
  for (const Case& c : kCases) {
    const auto found = find_taint_text(c.line);
    ASSERT_TRUE(found) << c.line;
    EXPECT_EQ(found->taint.mask, c.mask) << c.line;
    EXPECT_EQ(found->taint.letters(), c.letters) << c.line;
    EXPECT_EQ(c.line.substr(found->end), c.rest) << c.line;
  }
  EXPECT_FALSE(find_taint_text("nothing of the kind"));
  EXPECT_FALSE(find_taint_text("Tainted:"));
}

TEST(Taint, TakesWhatAPersonWrites) {
  EXPECT_EQ(parse_taint("4609")->letters(), "P W O");
  EXPECT_EQ(parse_taint("0x1201")->mask, 4609U);
  EXPECT_EQ(parse_taint("POE")->mask, 12289U);
  EXPECT_EQ(parse_taint("G W")->mask, 512U);
  EXPECT_EQ(parse_taint("0")->letters(), "");
  EXPECT_EQ(parse_taint("[P]=PROPRIETARY_MODULE")->mask, 1U);
  EXPECT_EQ(parse_taint("1048576")->unknown_bits(), "20");
  for (const char* bad : {"", " ", "hello", "0xzz", "99999999999999999999999", "P!"})
    EXPECT_FALSE(parse_taint(bad)) << bad;
}

TEST(Taint, EveryLetterAndBitIsNamedOnce) {
  std::set<char> letters;
  std::set<int> bits;
  for (const TaintFlag& flag : taint_flags()) {
    EXPECT_TRUE(letters.insert(flag.letter).second) << flag.letter;
    EXPECT_TRUE(bits.insert(flag.bit).second) << flag.bit;
    Taint taint;
    taint.mask = uint64_t{1} << flag.bit;
    EXPECT_EQ(parse_taint(taint.letters())->mask, taint.mask) << flag.letter;
  }
  for (int bit = 0; bit < 20; ++bit) EXPECT_TRUE(bits.contains(bit)) << bit;
}

TEST(Taint, KeepsLettersOfKernelsToCome) {
  const auto found = find_taint_text("Tainted: G   W   Q  9.1.0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->taint.unknown, "Q");
  EXPECT_EQ(found->taint.letters(), "G W Q");
}

}  // namespace
}  // namespace inquest::crashtext
