#include "crashtext/escapes.h"

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(Escapes, OfPagesTrackersAndTerminalsAreUndone) {
  struct Case {
    std::string_view raw;
    std::string_view text;
  };
  const Case cases[] = {
      {"RIP: 0010:f+0x1/0x2", "RIP: 0010:f+0x1/0x2"},
      {"[&lt;ffffffff81000000&gt;] f+0x1/0x2", "[<ffffffff81000000>] f+0x1/0x2"},
      {"a &amp;&amp; b", "a && b"},
      {"<pre>[  12.345678] f<br/>", "[  12.345678] f"},
      {"<span class=\"k\">Oops</span>: 0000 [#1]", "Oops: 0000 [#1]"},
      {"\\_\\_schedule+0x1/0x2 \\[\\#1\\]", "__schedule+0x1/0x2 [#1]"},
      {"\x1b[32m[  12.345678] \x1b[0mf", "[  12.345678] f"},
      {"{\"log\":\"\\u003c4\\u003ef\"}", "{\"log\":\"<4>f\"}"},
  };
  for (const Case& one : cases) {
    std::string scratch;
    EXPECT_EQ(without_escapes(one.raw, scratch), one.text) << one.raw;
  }
}

TEST(Escapes, AreFoundWhereverTheyStand) {
  for (size_t before = 0; before < 40; ++before) {
    for (size_t behind = 0; behind < 20; ++behind) {
      std::string scratch;
      const std::string line = std::string(before, 'x') + "&lt;" + std::string(behind, 'y');
      EXPECT_EQ(without_escapes(line, scratch), std::string(before, 'x') + "<" + std::string(behind, 'y'));
    }
  }
}

TEST(Escapes, LeaveAloneWhatAKernelPrints) {
  for (const std::string_view line :
       {" <TASK>", "</IRQ>", " [<ffffffff81000000>] f+0x1/0x2", "<4>[   12.345678] f",
        "CIFS: VFS: \\\\nas1\\share has not responded", "Code: 00 <0f> 0b", "a < b", "&x"}) {
    std::string scratch;
    EXPECT_EQ(without_escapes(line, scratch), line);
  }
}

TEST(Escapes, AreLinearInTheLine) {
  std::string scratch;
  const std::string many(1 << 20, '<');
  EXPECT_EQ(without_escapes(many, scratch).size(), many.size());
}

}  // namespace
}  // namespace inquest::crashtext
