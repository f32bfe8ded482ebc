#include "rules/knowledge_base.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "rules/knowledge_blob.h"
#include "support/temp_folder.h"

namespace inquest::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kRule = R"(id = "disk.worn"
title = "A disk is worn out"
class = "storage"
severity = "error"
needs = ["kernel-log"]
explain = "It says so."

[when]
source = "kernel"
match = ['disk \w+ is worn']

[[case]]
fires = "[ 1.000000] disk sda is worn"

[[case]]
silent = "[ 1.000000] disk sda is fine"
)";

std::string changed(std::string_view from, std::string_view to) {
  std::string rule(kRule);
  const size_t at = rule.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return rule.replace(at, from.size(), to);
}

std::vector<std::string> faults_of(const std::string& rule) {
  const TempFolder folder;
  const std::string path = folder.write("signs/disk/disk.worn.toml", rule);
  std::vector<std::string> out;
  for (const Error& fault : KnowledgeBase::load(folder.path()).faults) {
    EXPECT_EQ(fault.where, path);
    out.push_back(fmt::format("{}: {}", fault.line, fault.message));
  }
  return out;
}

TEST(KnowledgeBase, ReadsASoundRule) {
  const TempFolder folder;
  folder.write("signs/disk/disk.worn.toml", kRule);
  const Loaded loaded = KnowledgeBase::load(folder.path());
  EXPECT_THAT(loaded.faults, IsEmpty());
  const Rule* const rule = loaded.base.rule("disk.worn");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->severity, Severity::Error);
  EXPECT_EQ(rule->group, "disk.worn");
  EXPECT_TRUE(rule->matches("kernel", "disk sdb is worn"));
  EXPECT_FALSE(rule->matches("sshd", "disk sdb is worn"));
  EXPECT_EQ(loaded.base.rule("disk.wor"), nullptr);
}

TEST(KnowledgeBase, TellsWhatIsWrongAndWhere) {
  struct Planted {
    std::string_view from;
    std::string_view to;
    std::string_view fault;
  };
  const Planted table[] = {
      {"explain = \"It says so.\"", "explain = \"It says so.", "6: "},
      {"[[case]]\nsilent = \"[ 1.000000] disk sda is fine\"\n", "", "1: no case that it must stay silent on"},
      {"[[case]]\nfires = \"[ 1.000000] disk sda is worn\"\n", "", "1: no case that it must fire on"},
      {"sda is fine", "sda is worn", "15: the rule fires on this case, which must be silent"},
      {"fires = \"[ 1.000000] disk sda", "fires = \"[ 1.000000] disk  sda", "12: the rule does not fire on this case"},
      {"fires = \"[ 1.000000] ", "fires = \"sshd[1]: ", "12: the rule does not fire on this case"},
      {"is worn']", "is worn', 'disk \\w+ is broken']", "10: no case that fires matches disk \\w+ is broken"},
      {"match = ['disk \\w+ is worn']", "match = ['disk (']", "10: disk (: missing ): disk ("},
      {"match = ['disk \\w+ is worn']", "match = ['.*.*']", "10: .*.* matches every line"},
      {"match = ['disk \\w+ is worn']", "match = ['disk.*']", "10: disk.*: an end that matches anything"},
      {"match = ['disk \\w+ is worn']", "", "8: a rule needs patterns (match) or terms"},
      {"match = ['disk \\w+ is worn']", "all = ['fact']", "10: \"fact\": which fact?"},
      {"match = ['disk \\w+ is worn']", "all = ['fact kernel.cmdlin ~ x']", "10: fact: no decoder knows"},
      {"match = ['disk \\w+ is worn']", "all = ['fact sysct.kernel.panic']", "10: fact: no decoder knows"},
      {"match = ['disk \\w+ is worn']", "all = ['rule disc.*']", "10: there is no rule with an id like disc.*"},
      {"source = \"kernel\"", "source = \"kernels\"", "9: source: no such thing as \"kernels\""},
      {"explain =", "explian =", "6: no such key: explian"},
      {"severity = \"error\"", "severity = \"grave\"", "4: severity: no such thing as \"grave\""},
      {"class = \"storage\"", "class = \"storag\"", "3: class: no such thing as \"storag\""},
      {"needs = [\"kernel-log\"]", "needs = [\"kernel\"]", "5: needs: no such thing as \"kernel\""},
      {"needs = [\"kernel-log\"]", "", "needs is missing"},
      {"id = \"disk.worn\"", "id = \"disk.torn\"", "1: the id is disk.torn, but the file is disk.worn.toml"},
      {"title = \"A disk is worn out\"", "title = 1", "2: title is not a string"},
      {"explain =", "hides = [\"disk.generic\"]\nexplain =", "6: there is no rule with the id disk.generic"},
      {"explain =", "hides = [\"disk.worn\"]\nexplain =", "6: a rule cannot hide itself"},
      {"[[case]]", "[[action]]\ntext = \"x\"\non = \"debain\"\n\n[[case]]", "14: on: no such thing as \"debain\""},
      {"[[case]]",
       "[[supports]]\nhypothesis = \"disk-fault\"\nstrength = \"huge\"\nbecause = \"x\"\nsource = \"x\"\n\n[[case]]",
       "14: strength: no such thing as \"huge\""},
      {"source = \"kernel\"", "source = \"kernel\"\nall = [\"rule disk.worn\"]", "13: the rule does not fire"},
  };
  for (const Planted& each : table)
    EXPECT_THAT(faults_of(changed(each.from, each.to)), testing::Contains(HasSubstr(std::string(each.fault))))
        << each.to;
}

TEST(KnowledgeBase, TellsAllFaultsOfAFolder) {
  const TempFolder folder;
  folder.write("signs/a/disk.worn.toml", kRule);
  folder.write("signs/b/disk.worn.toml", kRule);
  folder.write("signs/b/c.toml", "id = 1");
  folder.write("hypotheses/h.toml", "id = \"h\"\nkind = \"fate\"");
  folder.write("README.md", "no rule");
  const Loaded loaded = KnowledgeBase::load(folder.path());
  EXPECT_EQ(loaded.base.rules().size(), 1);
  EXPECT_THAT(loaded.base.hypotheses(), IsEmpty());
  std::vector<std::string> texts;
  for (const Error& fault : loaded.faults) texts.push_back(fault.text());
  EXPECT_THAT(texts, testing::Contains(HasSubstr("signs/b/disk.worn.toml:1: a second rule with the id disk.worn")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("signs/b/c.toml:1: id is not a string")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("hypotheses/h.toml:2: kind: no such thing as \"fate\"")));
}

TEST(KnowledgeBase, RefusesRulesThatWaitForEachOther) {
  const auto waiting = [](std::string_view id, std::string_view other) {
    return fmt::format(
        "id = \"{0}\"\ntitle = \"t\"\nclass = \"unknown\"\nseverity = \"info\"\nneeds = [\"journal\"]\nexplain = "
        "\"e\"\n"
        "[when]\nall = [\"rule {1}\"]\n[[case]]\nfires = [\"rule {1}\"]\n[[case]]\nsilent = [\"rule {0}\"]\n",
        id, other);
  };
  const TempFolder folder;
  folder.write("a.toml", waiting("a", "b"));
  folder.write("b.toml", waiting("b", "c"));
  folder.write("c.toml", waiting("c", "a"));
  const Loaded loaded = KnowledgeBase::load(folder.path());
  ASSERT_THAT(loaded.faults, testing::Not(IsEmpty()));
  EXPECT_THAT(loaded.faults[0].message, HasSubstr("the rule waits for itself: a -> b -> c -> a"));
}

TEST(KnowledgeBase, ReadsAHypothesis) {
  const TempFolder folder;
  folder.write("hypotheses/disk-fault.toml", R"(id = "disk-fault"
title = "A disk fails"
kind = "root-cause"
explain = "e"
modules = ["ahci"]
[[base]]
classes = ["storage-loss", "hung-task"]
rate = 0.5
because = "b"
source = "judgement"
[[expects]]
any = ["rule disk.worn"]
watched = "kernel-log"
strength = "moderate"
because = "b"
text = "errors of the disk"
[[contradicted]]
all = ["feature baseline.disk = normal"]
because = "b"
)");
  folder.write("signs/disk.worn.toml", changed("[[case]]", R"([[supports]]
hypothesis = "disk-fault"
strength = "strong"
because = "b"
source = "judgement"

[[case]])"));
  const Loaded loaded = KnowledgeBase::load(folder.path());
  EXPECT_THAT(loaded.faults, IsEmpty());
  const Hypothesis* const hypothesis = loaded.base.hypothesis("disk-fault");
  ASSERT_NE(hypothesis, nullptr);
  EXPECT_EQ(hypothesis->rate("storage-loss"), 0.5);
  EXPECT_EQ(hypothesis->rate("hung-task"), 0.5);
  EXPECT_EQ(hypothesis->rate("silent-hang"), std::nullopt);
  ASSERT_EQ(hypothesis->expects.size(), 1);
  EXPECT_EQ(hypothesis->expects[0].strength, Strength::Moderate);

  // What the program carries says the same as the files.
  const auto again = from_blob(to_blob(loaded.base));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(to_blob(*again) == to_blob(loaded.base));
  EXPECT_EQ(again->hypothesis("disk-fault")->expects[0].trace.any[0].text(), "rule disk.worn");
  const std::string blob = to_blob(loaded.base);
  for (size_t cut = 0; cut < blob.size(); ++cut) EXPECT_FALSE(from_blob(blob.substr(0, cut)).has_value());
}

TEST(KnowledgeBase, UsersRulesStandBesideTheBuiltInOnes) {
  const TempFolder folder;
  folder.write("disk.worn.toml", changed("explain =", "hides = [\"panic.generic\"]\nexplain ="));
  folder.write("panic.generic.toml", kRule);
  const std::string folders[] = {folder.path(), folder.path("missing")};
  const Loaded loaded = KnowledgeBase::with(folders);
  EXPECT_NE(loaded.base.rule("disk.worn"), nullptr);
  EXPECT_NE(loaded.base.rule("panic.generic"), nullptr);
  ASSERT_EQ(loaded.faults.size(), 2);
  EXPECT_THAT(loaded.faults[0].text(), HasSubstr("the other is built in"));
  EXPECT_THAT(loaded.faults[1].text(), HasSubstr("missing: no such folder"));
}

// The build refuses bad rules; this keeps what the program carries to what lies in the tree.
TEST(KnowledgeBase, TheProgramCarriesTheRulesOfTheTree) {
  const Loaded loaded = KnowledgeBase::load(INQUEST_SOURCE_DIR "/rules");
  for (const Error& fault : loaded.faults) ADD_FAILURE() << fault.text();
  EXPECT_TRUE(to_blob(loaded.base) == builtin_knowledge()) << "build compile_rules' output anew";
}

// A rule that says less than another about the same line must be hidden by it, or the report says one thing twice.
TEST(KnowledgeBase, NoLineFiresTwoRulesOfOneGroupSideBySide) {
  for (const Rule& rule : KnowledgeBase::builtin().rules()) {
    for (const Case& one : rule.cases) {
      if (!one.fires || rule.match.empty() || !rule.condition.empty()) continue;
      for (const Rule& other : KnowledgeBase::builtin().rules()) {
        if (&other == &rule || other.match.empty() || !other.condition.empty() || other.group != rule.group) continue;
        Rule there = other;
        there.source = rule.source;  // text alone is said by whom the case's own rule listens to
        if (!there.fires_on(one)) continue;
        const auto hides = [](const Rule& a, const Rule& b) {
          return std::ranges::find(a.hides, b.id) != a.hides.end();
        };
        EXPECT_TRUE(hides(rule, other) || hides(other, rule)) << rule.id << " and " << other.id << " on " << one.text;
      }
    }
  }
}

}  // namespace
}  // namespace inquest::rules
