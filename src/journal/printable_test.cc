#include "journal/printable.h"

#include <string>

#include <gtest/gtest.h>

namespace inquest::journal {
namespace {

TEST(Printable, IsDecidedAsSystemdDoes) {
  struct Case {
    std::string_view text;
    bool with_newlines;
    bool without;
  };
  using namespace std::string_view_literals;
  for (const Case& c : {
           Case{"", true, true},
           Case{"plain words, long enough for a machine word", true, true},
           Case{"a tab\there", true, true},
           Case{"two\nlines", true, false},
           Case{"bell\a", false, false},
           Case{"a return\r", false, false},
           Case{"delete \x7F", false, false},
           Case{"\0"sv, false, false},
           Case{"\x1B[1m", false, false},
           Case{"\xC3\xA9t\xC3\xA9", true, true},
           Case{"\xE2\x82\xAC \xF0\x9F\x98\x80", true, true},
           Case{"\xC2\x85", false, false},          // a C1 control
           Case{"\xC2\xA0", true, true},            // the first behind them
           Case{"\xC0\x80", false, false},          // NUL in two bytes
           Case{"\xE0\x9F\xBF", false, false},      // longer than needed
           Case{"\xED\xA0\x80", false, false},      // a surrogate
           Case{"\xEF\xB7\x90", false, false},      // U+FDD0, no character
           Case{"\xEF\xBF\xBE", false, false},      // U+FFFE
           Case{"\xF4\x90\x80\x80", false, false},  // beyond Unicode
           Case{"\xC3", false, false},
           Case{"cut \xE2\x82", false, false},
           Case{"\xFF", false, false},
       }) {
    EXPECT_EQ(is_printable(c.text, true), c.with_newlines) << c.text;
    EXPECT_EQ(is_printable(c.text, false), c.without) << c.text;
  }
}

// Every byte, at every place of a machine word.
TEST(Printable, FindsAByteWhereverItStands) {
  for (int byte = 0; byte < 128; ++byte) {
    for (size_t place = 0; place < 17; ++place) {
      std::string text(17, 'x');
      text[place] = static_cast<char>(byte);
      const bool plain = byte >= ' ' && byte <= '~';
      EXPECT_EQ(is_plain(text), plain) << byte << " at " << place;
      EXPECT_EQ(is_printable(text, false), plain || byte == '\t') << byte << " at " << place;
    }
  }
}

}  // namespace
}  // namespace inquest::journal
