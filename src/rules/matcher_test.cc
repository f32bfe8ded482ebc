#include "rules/matcher.h"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "rules/case_line.h"
#include "rules/knowledge_blob.h"
#include "support/temp_folder.h"

namespace inquest::rules {
namespace {

// What fires on each line, as "line id".
std::vector<std::string> fired(const Matcher& matcher, std::string_view block, std::string_view ident = "kernel") {
  std::vector<Line> lines;
  for (const std::string_view line : inquest::lines(block)) {
    const auto begin = static_cast<uint32_t>(line.data() - block.data());
    lines.push_back({begin, begin + static_cast<uint32_t>(line.size()), ident});
  }
  LineScanner scanner(matcher);
  std::vector<Hit> hits;
  scanner.scan(block, lines, hits);
  std::vector<std::string> out;
  for (const Hit& hit : hits) out.push_back(fmt::format("{} {}", hit.line, matcher.base().rules()[hit.rule].id));
  return out;
}

std::string rule(std::string_view id, std::string_view match, std::string_view fires, std::string_view more = {}) {
  return fmt::format(
      "id = \"{}\"\ntitle = \"t\"\nclass = \"storage\"\nseverity = \"info\"\nneeds = [\"journal\"]\nexplain = \"e\"\n{}"
      "[when]\nsource = \"kernel\"\nmatch = ['{}']\n[[case]]\nfires = '{}'\n[[case]]\nsilent = 'other'\n",
      id, more, match, fires);
}

Loaded loaded(std::initializer_list<std::pair<std::string_view, std::string>> rules) {
  const TempFolder folder;
  for (const auto& [id, text] : rules) folder.write(fmt::format("{}.toml", id), text);
  return KnowledgeBase::load(folder.path());
}

TEST(Matcher, FindsEachRuleOncePerLine) {
  const Loaded base =
      loaded({{"a", rule("a", "disk \\w+", "disk sda")}, {"b", rule("b", "^link.*down$", "link is down")}});
  ASSERT_TRUE(base.faults.empty()) << base.faults[0].text();
  const Matcher matcher = Matcher::of(base.base).value();
  EXPECT_THAT(fired(matcher, "disk sda and disk sdb\nnothing\nlink eth0 down\nlink eth0 downwards\ndisk sdc\n"),
              testing::ElementsAre("0 a", "2 b", "4 a"));
  EXPECT_THAT(fired(matcher, "disk sda", "sshd"), testing::IsEmpty());
  EXPECT_THAT(fired(matcher, "disk sda", ""), testing::ElementsAre("0 a"));
  EXPECT_THAT(fired(matcher, ""), testing::IsEmpty());
  EXPECT_TRUE(matcher.listens_to("kernel"));
  EXPECT_FALSE(matcher.listens_to("sshd"));
}

TEST(Matcher, NoPatternReachesIntoTheNextLine) {
  const Loaded base =
      loaded({{"a", rule("a", "disk\\s+full", "disk  full")}, {"b", rule("b", "link[^x]+down", "link is down")}});
  ASSERT_TRUE(base.faults.empty()) << base.faults[0].text();
  const Matcher matcher = Matcher::of(base.base).value();
  EXPECT_THAT(fired(matcher, "a disk\nfull of a\nlink\ndown\ndisk\tfull\n"), testing::ElementsAre("4 a"));
}

TEST(Matcher, TheMoreSpecificRuleHidesTheOther) {
  const Loaded base =
      loaded({{"general", rule("general", "disk error", "disk error")},
              {"special", rule("special", "disk error 17", "disk error 17", "hides = [\"general\"]\n")}});
  ASSERT_TRUE(base.faults.empty()) << base.faults[0].text();
  const Matcher matcher = Matcher::of(base.base).value();
  EXPECT_THAT(fired(matcher, "disk error 17\ndisk error 18"), testing::ElementsAre("0 special", "1 general"));
}

// What vectorscan finds and RE2 confirms is what RE2 alone finds.
TEST(Matcher, AgreesWithTheRulesOneByOne) {
  const KnowledgeBase& base = KnowledgeBase::builtin();
  const Matcher matcher = Matcher::of(base).value();
  for (const Rule& rule : base.rules()) {
    for (const Case& one : rule.cases) {
      for (const std::string_view text : lines(one.text)) {
        const CaseLine line = CaseLine::of(text, rule.source);
        const auto found = fired(matcher, line.message, line.ident);
        for (const Rule& other : base.rules()) {
          const bool fires = other.matches(line.ident, line.message);
          const bool shown = std::ranges::find(found, "0 " + other.id) != found.end();
          const bool hidden = std::ranges::any_of(base.rules(), [&](const Rule& by) {
            return by.condition.empty() && by.matches(line.ident, line.message) &&
                   std::ranges::find(by.hides, other.id) != by.hides.end();
          });
          EXPECT_EQ(shown, fires && !hidden) << other.id << " on " << text;
        }
      }
    }
  }
}

TEST(Matcher, UsersRulesAreMatchedBesideTheBuiltInOnes) {
  const TempFolder folder;
  folder.write("my.toml", rule("my", "my disk \\w+", "my disk sda"));
  const std::string folders[] = {folder.path()};
  const Loaded base = KnowledgeBase::with(folders);
  ASSERT_TRUE(base.faults.empty()) << base.faults[0].text();
  const Matcher matcher = Matcher::of(base.base).value();
  EXPECT_THAT(fired(matcher, "Kernel panic - not syncing: my disk sda"),
              testing::ElementsAre("0 my", "0 panic.generic"));
}

// What the build compiled is what the rules say, and is there at once.
TEST(Matcher, TheBuiltInAutomatonNeedsNoTime) {
  const KnowledgeBase& base = KnowledgeBase::builtin();
  const auto before = std::chrono::steady_clock::now();
  const auto matcher = Matcher::of(base);
  const auto took = std::chrono::steady_clock::now() - before;
  ASSERT_TRUE(matcher.has_value());
  EXPECT_LT(took, std::chrono::milliseconds(100));  // a tenth of what compiling takes, on a busy machine
  EXPECT_FALSE(builtin_patterns().empty());
}

TEST(Matcher, AnyBytesAreLines) {
  const Matcher matcher = Matcher::of(KnowledgeBase::builtin()).value();
  std::string block(5000, '\0');
  uint32_t state = 1;
  for (char& c : block) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  block += "\nKernel panic - not syncing: \xff\xfe";
  const auto found = fired(matcher, block);
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found.back(), testing::HasSubstr("panic.generic"));
}

}  // namespace
}  // namespace inquest::rules
