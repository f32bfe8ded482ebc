#include "report/wrap.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

std::vector<std::string> plain(const std::vector<Line>& lines) {
  std::vector<std::string> out;
  for (const Line& line : lines) {
    std::string& text = out.emplace_back();
    for (const Span& span : line.spans) text += span.text;
  }
  return out;
}

std::vector<std::string> wrapped(const Text& text, size_t width, LongWords long_words = LongWords::Keep) {
  return plain(wrap(text, width, long_words));
}

using Lines = std::vector<std::string>;

TEST(Wrap, BreaksAtBlanks) {
  EXPECT_EQ(wrapped(Text("the host fell silent"), 10), (Lines{"the host", "fell", "silent"}));
}

TEST(Wrap, FillsALineToTheLastColumn) { EXPECT_EQ(wrapped(Text("1234 6789 1"), 9), (Lines{"1234 6789", "1"})); }

TEST(Wrap, KeepsBlanksWithinALineAndDropsThemAtABreak) {
  EXPECT_EQ(wrapped(Text("[KNET  ] host:   down"), 15), (Lines{"[KNET  ] host:", "down"}));
  EXPECT_EQ(wrapped(Text("  indented"), 20), (Lines{"indented"}));
  EXPECT_EQ(wrapped(Text("at the end   "), 20), (Lines{"at the end"}));
}

TEST(Wrap, GivesOneEmptyLineForNoText) {
  EXPECT_EQ(wrapped(Text(), 10), Lines{""});
  EXPECT_EQ(wrapped(Text("   "), 10), Lines{""});
}

TEST(Wrap, LetsALongWordStickOut) {
  EXPECT_EQ(wrapped(Text("see /var/log/pve/tasks/index now"), 10), (Lines{"see", "/var/log/pve/tasks/index", "now"}));
}

TEST(Wrap, CutsALongWordWhereColumnsMustStayAligned) {
  EXPECT_EQ(wrapped(Text("a 0123456789abc d"), 6, LongWords::Break), (Lines{"a", "012345", "6789ab", "c d"}));
}

TEST(Wrap, CutsAPathAfterASlashWhereOneIsNear) {
  EXPECT_EQ(wrapped(Text("/var/log/journal/system.journal"), 14, LongWords::Break),
            (Lines{"/var/log/", "journal/", "system.journal"}));
  EXPECT_EQ(wrapped(Text("a/bcdefghijklmnop"), 8, LongWords::Break), (Lines{"a/bcdefg", "hijklmno", "p"}));
}

TEST(Wrap, CountsCodePointsAndNeverCutsOne) {
  EXPECT_EQ(wrapped(Text("äöü ßéè"), 3), (Lines{"äöü", "ßéè"}));
  EXPECT_EQ(wrapped(Text("äöüßéè"), 4, LongWords::Break), (Lines{"äöüß", "éè"}));
}

TEST(Wrap, KeepsCitationNumbersWithTheWordBefore) {
  EXPECT_EQ(wrapped(Text("usually 41 %").add(" [4]", Style::Cite), 14), (Lines{"usually 41", "% [4]"}));
}

TEST(Wrap, SetsCitationNumbersApartBeforeItCutsThem) {
  EXPECT_EQ(wrapped(Text("2026-11-21T00:04:31Z").add(" [7,17]", Style::Cite), 22, LongWords::Break),
            (Lines{"2026-11-21T00:04:31Z", "[7,17]"}));
}

TEST(Wrap, TakesAWidthOfNothingAsOne) { EXPECT_EQ(wrapped(Text("ab c"), 0, LongWords::Break), (Lines{"a", "b", "c"})); }

TEST(Wrap, KeepsStylesAcrossWordsMadeOfSeveralSpans) {
  const auto lines = wrap(Text("bold", Style::Strong).add("plain next"), 20);
  ASSERT_EQ(lines.size(), 1U);
  ASSERT_EQ(lines[0].spans.size(), 2U);
  EXPECT_EQ(lines[0].spans[0].text, "bold");
  EXPECT_EQ(lines[0].spans[0].style, Style::Strong);
  EXPECT_EQ(lines[0].spans[1].text, "plain next");
  EXPECT_EQ(lines[0].width, 14U);
}

}  // namespace
}  // namespace inquest::report
