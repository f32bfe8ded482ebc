#include "base/text.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;

struct Shown {
  std::string_view raw;
  std::string_view shown;
};

TEST(Printable, RemovesEveryFormOfEscapeSequenceWhole) {
  for (const Shown& row : {
           Shown{"\x1b[31mred\x1b[0m", "red"},
           Shown{"\x1b[?25l\x1b[2Jx", "x"},                             // private parameters
           Shown{"\x1b[38;2;1;2;3mx", "x"},                             // many parameters
           Shown{"\x1b[1 qx", "x"},                                     // an intermediate
           Shown{"\x1b]0;title\ax", "x"},                               // OSC up to BEL
           Shown{"\x1b]8;;http://a/\x1b\\link\x1b]8;;\x1b\\", "link"},  // OSC up to ST
           Shown{"\x1b]0;title\xc2\x9cx", "x"},                         // ST as a C1 control in UTF-8
           Shown{"\x1bPq#0;2\x1b\\x", "x"},                             // DCS
           Shown{"\x1bXsos\x1b\\x", "x"},
           Shown{"\x1b^pm\x1b\\x", "x"},
           Shown{"\x1b_apc\x1b\\x", "x"},
           Shown{"\x1b(Bx", "x"},  // nF: character set
           Shown{"\x1b#8x", "x"},
           Shown{"\x1b"
                 "7x\x1b"
                 "8",
                 "x"},  // Fp
           Shown{"\x1b"
                 "Mx\x1b"
                 "c",
                 "x"},                   // Fe, Fs
           Shown{"\x1b\x1b[31mx", "x"},  // an ESC begins anew
           Shown{"x\x1b", "x"},
           Shown{"x\x1b[", "x"},
           Shown{"x\x1b[12;", "x"},
           Shown{"x\x1b(", "x"},
       }) {
    EXPECT_EQ(printable(row.raw), row.shown) << ::testing::PrintToString(row.raw);
  }
}

// A stray introducer must not hide the evidence behind it.
TEST(Printable, KeepsTheTextBehindAStringThatNeverEnds) {
  EXPECT_EQ(printable("a\x1b]0;panic: all of it"), "a0;panic: all of it");
  EXPECT_EQ(printable("a\x1bPpanic"), "apanic");
  EXPECT_EQ(printable("\x1b]0;x\x1b[1mpanic"), "0;xpanic") << "another sequence ends it, but is no terminator";
  EXPECT_EQ(printable("\x1b]0;x\x18panic"), "panic") << "CAN ends it";
  const std::string late = "\x1b]0;" + std::string(5000, 'x') + "\a";
  EXPECT_EQ(columns(printable(late)), 5003U) << "no title is that long";
}

TEST(Printable, AnEscapeTakesNoCharacterThatIsNotPartOfIt) {
  EXPECT_EQ(printable("\x1b\xc3\xa4"), "\xc3\xa4");
  EXPECT_EQ(printable("\x1b\nx"), " x");
  EXPECT_EQ(printable("\x1b[31\xc3\xa4"), "\xc3\xa4");
}

TEST(Printable, ControlsAreShownAsReplaced) {
  for (const Shown& row : {
           Shown{"a\tb\nc\rd", "a b c d"},
           Shown{"a\0b"sv, "ab"},
           Shown{"a\ab\bc\x7f",
                 "a\xEF\xBF\xBD"
                 "b\xEF\xBF\xBD"
                 "c\xEF\xBF\xBD"},
           Shown{"\xc2\x9b"
                 "31m",
                 "\xEF\xBF\xBD"
                 "31m"},  // C1 CSI in UTF-8
           Shown{"\x9b"
                 "31m",
                 "\xEF\xBF\xBD"
                 "31m"},  // and as a byte
           Shown{"\xc2\x85", "\xEF\xBF\xBD"},
       }) {
    EXPECT_EQ(printable(row.raw), row.shown) << ::testing::PrintToString(row.raw);
  }
}

TEST(Printable, BidirectionalControlsAreShownAsReplaced) {
  for (const std::string_view control : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
                                         "\u2069", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\ufeff"}) {
    EXPECT_EQ(printable("a" + std::string(control) + "b"), "a\uFFFDb") << ::testing::PrintToString(control);
  }
}

TEST(Printable, KeepsTextOfAnyScript) {
  for (const std::string_view text :
       {"Gr\u00fc\u00dfe", "\u65e5\u672c\u8a9e", "\u05e9\u05dc\u05d5\u05dd", "\U0001F600", "\u00a0"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, BytesThatAreNotUtf8AreReplacedOneByOne) {
  for (const Shown& row : {
           Shown{"\xc0\xaf", "\uFFFD\uFFFD"},            // overlong '/'
           Shown{"\xe0\x80\xaf", "\uFFFD\uFFFD\uFFFD"},  // overlong '/', three bytes
           Shown{"\xf0\x80\x80\xaf", "\uFFFD\uFFFD\uFFFD\uFFFD"},
           Shown{"\xc1\x9b", "\uFFFD\uFFFD"},                      // overlong '['
           Shown{"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},            // a surrogate
           Shown{"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // beyond U+10FFFF
           Shown{"\xf8\x88\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
           Shown{"\xe2\x82", "\uFFFD\uFFFD"},  // cut
           Shown{"\xe2\x82x", "\uFFFD\uFFFDx"},
           Shown{"\x80x", "\uFFFDx"},
           Shown{"\xff", "\uFFFD"},
       }) {
    EXPECT_EQ(printable(row.raw), row.shown) << ::testing::PrintToString(row.raw);
  }
}

TEST(Printable, AlwaysGivesOneLineOfItsOwnKind) {
  // Every string of two bytes, with and without an ESC in front: what was made printable once stays as it is.
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      for (const std::string_view front : {""sv, "\x1b"sv, "\x1b["sv, "\xe2"sv}) {
        const std::string raw = std::string(front) + static_cast<char>(a) + static_cast<char>(b);
        const std::string once = printable(raw);
        ASSERT_EQ(printable(once), once) << ::testing::PrintToString(raw);
      }
    }
  }
}

TEST(Text, EllipsisCountsCodePointsAndNeverCutsOne) {
  EXPECT_EQ(ellipsis("panic", 5), "panic");
  EXPECT_EQ(ellipsis("panics", 5), "pa...");
  EXPECT_EQ(ellipsis("\u00e4\u00f6\u00fc\u00df", 4), "\u00e4\u00f6\u00fc\u00df");
  EXPECT_EQ(ellipsis("\u00e4\u00f6\u00fc\u00df\u00e4", 4), "\u00e4...");
  EXPECT_EQ(ellipsis("panic", 2), "..");
  EXPECT_EQ(ellipsis("panic", 0), "");
  EXPECT_EQ(columns("\u65e5\u672c"), 2U);
}

TEST(Text, SplitsAndTrims) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split_blanks("  a \t b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(split_blanks("  "), ElementsAre());
  EXPECT_THAT(lines("a\r\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines(""), ElementsAre());
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_EQ(lower("Kernel PANIC"), "kernel panic");
  EXPECT_TRUE(contains_nocase("Kernel PANIC", "panic"));
  EXPECT_TRUE(contains_nocase("x", ""));
  EXPECT_TRUE(contains_nocase("", ""));
  EXPECT_FALSE(contains_nocase("pani", "panic"));
}

TEST(Text, NumbersAreTheWholeTextOrNothing) {
  EXPECT_EQ(parse_int<int>("-12"), -12);
  EXPECT_EQ(parse_int<uint64_t>("ff", 16), 255U);
  for (const std::string_view text : {"", " 1", "1 ", "+1", "1x", "0x10", "99999999999"}) {
    EXPECT_FALSE(parse_int<int>(text)) << text;
  }
  EXPECT_FALSE(parse_int<uint32_t>("-1"));
  EXPECT_EQ(parse_double("+1.5e3"), 1500.0);
  EXPECT_EQ(parse_double("-.5"), -0.5);
  for (const std::string_view text : {"", "+", "-", "+-1", "++1", "1,5", "1.5x", " 1", "0x1p3", "1e999"}) {
    EXPECT_FALSE(parse_double(text)) << text;
  }
}

TEST(Text, CountsReadWell) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1089), "1,089");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
  EXPECT_EQ(counted(1, "event"), "1 event");
  EXPECT_EQ(counted(0, "event"), "0 events");
  EXPECT_EQ(counted(1234, "entry", "entries"), "1,234 entries");
}

}  // namespace
}  // namespace inquest
