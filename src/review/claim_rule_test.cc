#include "review/claim_rule.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "review/post_mortem.h"

namespace inquest::review {
namespace {

using ::testing::HasSubstr;

std::vector<Contradiction> found_by(const ClaimRules& rules, const std::string& text) {
  const auto read = read_post_mortem(text);
  EXPECT_TRUE(read.has_value());
  std::vector<Contradiction> out;
  if (read) rules.run(*read, out);
  return out;
}

bool has(const std::vector<Contradiction>& all, std::string_view id) {
  return std::ranges::find(all, id, &Contradiction::id) != all.end();
}

TEST(ClaimRules, OfTheProgramAreSound) {
  ClaimRules rules;
  for (const RuleFile& file : rule_files()) {
    const auto added = rules.add(file.text, file.name);
    EXPECT_TRUE(added.has_value()) << (added ? "" : added.error().text());
  }
  EXPECT_GE(rules.rules().size(), 50U);
}

TEST(ClaimRules, FlagAndStaySilentAsTheirCasesSay) {
  const ClaimRules& rules = ClaimRules::built_in();
  for (const ClaimRule& rule : rules.rules()) {
    for (const auto* const list :
         {&rule.when, &rule.unless, &rule.context, &rule.context_unless, &rule.document, &rule.document_unless}) {
      for (const Regex* regex : *list) EXPECT_EQ(regex->fault(), "") << rule.file << ": " << rule.id;
    }
    for (const std::string& text : rule.flags)
      EXPECT_TRUE(has(found_by(rules, text), rule.id)) << rule.id << ": " << text;
    for (const std::string& text : rule.silent)
      EXPECT_FALSE(has(found_by(rules, text), rule.id)) << rule.id << ": " << text;
  }
}

TEST(ClaimRules, NameFileAndLineOfAFault) {
  const std::string cases = R"(flags = ["a", "a", "a"]
silent = ["b", "b", "b"]
)";
  const std::string head = "[[rule]]\nid = \"x\"\nwhen = ['a']\n";
  struct Case {
    std::string text;
    std::string said;
  };
  const std::vector<Case> table = {
      {"[[rule]\n", "t.toml:1"},
      {"a = 1\n", "there is no [[rule]]"},
      {head + "because = \"b\"\n" + cases, "needs `because` and `see`"},
      {head + "because = \"b\"\nsee = [\"u\"]\nflags = [\"a\"]\nsilent = [\"b\"]\n", "needs 3 cases"},
      {head + "because = \"b\"\nsee = [\"u\"]\nwhenever = 1\n" + cases, "t.toml:6: a rule has no \"whenever\""},
      {head + "because = \"b\"\nsee = [\"u\"]\nin = \"poem\"\n" + cases, "in is"},
  };
  for (const Case& c : table) {
    ClaimRules rules;
    const auto added = rules.add(c.text, "t.toml");
    ASSERT_FALSE(added.has_value()) << c.text;
    EXPECT_THAT(added.error().text(), HasSubstr(c.said));
  }
}

TEST(ClaimRules, AreOneContradictionForAStatementThatIsRepeated) {
  const auto found =
      found_by(ClaimRules::built_in(),
               "pcie_aspm=off disables ASPM.\n\nHosts are fine.\n\nAgain: pcie_aspm=off disables ASPM.\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 1U);
  EXPECT_EQ(found[0].lines, std::vector<size_t>{5});
}

TEST(ClaimRules, DoNotTakeAMistakeThatIsToldForOneThatIsMade) {
  EXPECT_TRUE(found_by(ClaimRules::built_in(), "We first thought that pcie_aspm=off disables ASPM.").empty());
  EXPECT_TRUE(
      found_by(ClaimRules::built_in(), "Zunächst hatten wir angenommen, pcie_aspm=off deaktiviert ASPM.").empty());
}

}  // namespace
}  // namespace inquest::review
