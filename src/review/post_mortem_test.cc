#include "review/post_mortem.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::review {
namespace {

PostMortem read(std::string_view text) {
  auto read = read_post_mortem(text);
  EXPECT_TRUE(read.has_value());
  return read ? *std::move(read) : PostMortem{};
}

std::vector<std::string> texts(const PostMortem& text) {
  std::vector<std::string> out;
  for (const Statement& statement : text.statements) out.push_back(statement.text);
  return out;
}

TEST(PostMortem, SplitsParagraphsIntoSentencesWithTheirLines) {
  const PostMortem text = read("First one. Second\ngoes on here. `third` begins with code.\n\nFourth.\n");
  EXPECT_EQ(texts(text),
            (std::vector<std::string>{"First one.", "Second goes on here.", "third begins with code.", "Fourth."}));
  EXPECT_EQ(text.statements[1].line, 1U);
  EXPECT_EQ(text.statements[2].line, 2U);
  EXPECT_EQ(text.statements[3].line, 4U);
  EXPECT_EQ(text.statements[0].block, text.statements[2].block);
  EXPECT_NE(text.statements[2].block, text.statements[3].block);
}

TEST(PostMortem, LeavesAbbreviationsAndOrdinalsWhole) {
  EXPECT_EQ(texts(read("Am 9. Februar war z. B. Ruhe. Danach nicht.")),
            (std::vector<std::string>{"Am 9. Februar war z. B. Ruhe.", "Danach nicht."}));
  EXPECT_EQ(texts(read("It was on, e.g. Monday, approx. Noon. Then it died.")).size(), 2U);
}

TEST(PostMortem, LeavesQuotedMessagesWhole) {
  EXPECT_EQ(texts(read("It said `CPU#7 stuck for 26s! [kworker/7:1]`. Then it died.")),
            (std::vector<std::string>{"It said CPU#7 stuck for 26s! [kworker/7:1].", "Then it died."}));
}

TEST(PostMortem, TakesMarkupAway) {
  const PostMortem text = read("**Cause:** the `a_b` of [this page](https://example.org/x) and 2 * 3.\n");
  ASSERT_EQ(text.statements.size(), 1U);
  EXPECT_EQ(text.statements[0].text, "Cause: the a_b of this page and 2 * 3.");
  EXPECT_EQ(text.statements[0].code_spans, std::vector<std::string>{"a_b"});
  ASSERT_EQ(text.links.size(), 1U);
  EXPECT_EQ(text.links[0].target, "https://example.org/x");
}

TEST(PostMortem, KnowsHeadingsTablesItemsAndCode) {
  const PostMortem text = read(
      "# Title\n\nSetext\n======\n\nWe saw:\n\n- one\n  goes on\n  - below\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n"
      "```\ncode. Here.\n```\n");
  ASSERT_EQ(text.sections.size(), 2U);
  EXPECT_EQ(text.sections[1].title, "Setext");
  ASSERT_EQ(text.tables.size(), 1U);
  EXPECT_EQ(text.tables[0].rows[0].cells, (std::vector<std::string>{"1", "2"}));
  std::vector<Kind> kinds;
  for (const Statement& statement : text.statements) kinds.push_back(statement.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::Heading, Kind::Heading, Kind::Prose, Kind::Item, Kind::Item, Kind::Row,
                                      Kind::Code}));
  EXPECT_EQ(text.statements[3].lead, "We saw:");
  EXPECT_EQ(text.statements[4].lead, "one goes on");
  EXPECT_EQ(text.statements[6].text, "code. Here.");
}

TEST(PostMortem, TellsCommandsAndLogsFromProseInPlainText) {
  const PostMortem text = read(
      "I set up the console.\nmodprobe netconsole netconsole=@/eth0,@192.0.2.1/\nThen I waited.\n[  12.345678] Kernel "
      "said this\n"
      "grep is a tool that I like.\n");
  std::vector<Kind> kinds;
  for (const Statement& statement : text.statements) kinds.push_back(statement.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::Prose, Kind::Code, Kind::Prose, Kind::Code, Kind::Prose}));
}

TEST(PostMortem, TakesLinesThatBeginWithATimeForEntriesOfATimeline) {
  const PostMortem text = read(
      "Timeline\n\n22:41  the host is gone\n2026-06-28 23:05 - on call\n23:32: up\n\nIt was seen until\n22:40 by "
      "the monitor.\n");
  std::vector<Kind> kinds;
  for (const Statement& statement : text.statements) kinds.push_back(statement.kind);
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::Prose, Kind::Item, Kind::Item, Kind::Item, Kind::Prose}));
}

TEST(PostMortem, KnowsWhatIsLeftOpenAndWhatIsTakenBack) {
  const PostMortem text = read(
      "It was the disk. It may have been the disk. We first thought that it was the disk.\n\n## Offene Fragen\n\nEs "
      "war die "
      "Platte.\n");
  EXPECT_FALSE(text.statements[0].hedged || text.statements[0].withdrawn);
  EXPECT_TRUE(text.statements[1].hedged);
  EXPECT_TRUE(text.statements[2].withdrawn);
  EXPECT_TRUE(text.statements[4].hedged);
}

TEST(PostMortem, RefusesWhatNoPersonWrites) {
  EXPECT_FALSE(read_post_mortem(std::string(3U << 20U, 'x')).has_value());
  std::string many;
  for (int i = 0; i < 30'000; ++i) many += "- a\n";
  EXPECT_FALSE(read_post_mortem(many).has_value());
}

}  // namespace
}  // namespace inquest::review
