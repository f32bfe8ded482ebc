#include "journal/plain_message.h"

#include <gtest/gtest.h>

namespace inquest::journal {
namespace {

TEST(PlainMessage, LosesFormattingAndNothingElse) {
  struct Case {
    std::string_view text;
    std::string_view plain;
  };
  for (const Case& c : {
           Case{"words", "words"},
           Case{"a\tb", "a        b"},
           Case{"\x1B[1;31mred\x1B[0m", "red"},
           Case{"\x1B[m", ""},
           Case{"\x1B]8;;file:///x\ax\x1B]8;;\a", "x"},
           Case{"\x1B]0;title without an end", "\x1B]0;title without an end"},
           Case{"\x1B[2Jclear", "\x1B[2Jclear"},
           Case{"\x1B[12", "\x1B[12"},
           Case{"\x1B", "\x1B"},
           Case{"\x1B\tx", "\x1B\tx"},
           Case{"line\r\nnext\r", "line\nnext"},
           Case{"over\rwritten", "over\rwritten"},
           Case{"\r\r\n", "\n"},
       }) {
    EXPECT_EQ(plainer(c.text), c.plain);
    if (c.text != c.plain) {
      EXPECT_TRUE(needs_plainer(c.text)) << c.text;
    }
  }
  EXPECT_FALSE(needs_plainer("words\nand lines"));
}

}  // namespace
}  // namespace inquest::journal
