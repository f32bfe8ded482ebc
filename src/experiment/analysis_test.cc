#include "experiment/analysis.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Texts = std::vector<std::string>;

Analysis analysed(std::string_view text, const Choice& choice = {}) {
  const auto tables = read_tables(text);
  if (!tables) {
    ADD_FAILURE() << tables.error().message;
    return {};
  }
  auto analysis = analyse((*tables)[best_table(*tables, choice)], choice);
  if (!analysis) {
    ADD_FAILURE() << analysis.error().message;
    return {};
  }
  return *std::move(analysis);
}

std::vector<Texts> conditions(const Analysis& analysis) {
  std::vector<Texts> out;
  for (const Condition& condition : analysis.conditions.all) out.push_back(condition.texts(analysis.design));
  return out;
}

Texts necessary(const Analysis& analysis) {
  Texts out;
  for (const Literal& l : analysis.necessary) out.push_back(analysis.design.factors[l.factor].text(l.levels));
  return out;
}

Texts red_herring_names(const Analysis& analysis) {
  Texts out;
  for (const RedHerring& h : analysis.red_herrings) out.push_back(analysis.design.factors[h.factor].name);
  return out;
}

Texts missing(const Analysis& analysis) {
  Texts out;
  for (const Setting& s : analysis.next.missing) out.push_back(analysis.design.cell_text(s.levels));
  return out;
}

std::vector<size_t> contradictory(const Analysis& analysis) {
  std::vector<size_t> out;
  for (const ContradictoryRows& rows : analysis.contradictory)
    out.insert(out.end(), rows.rows.begin(), rows.rows.end());
  return out;
}

TEST(Analysis, NeedsTwoThingsAtOnceAndKnowsWhichCellIsMissing) {
  const Analysis a = analysed(
      "| Speicher | `virtio_rng` | Ergebnis |\n"
      "|----------|--------------|----------|\n"
      "| ~1G | nein | ✅ läuft (Zufall?) |\n"
      "| 8G  | nein | ❌ Absturz |\n"
      "| 8G  | ja   | ✅ läuft |\n"
      "| 8G (im Betrieb zugesteckt) | nein | ✅ läuft |\n");
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"Speicher=8G", "virtio_rng=nein"}));
  EXPECT_THAT(necessary(a), ElementsAre("Speicher=8G", "virtio_rng=nein"));
  EXPECT_THAT(red_herring_names(a), IsEmpty());
  EXPECT_THAT(missing(a), testing::Contains("Speicher=~1G, virtio_rng=ja"));
  EXPECT_EQ(a.next.missing_count, 2U);
  ASSERT_EQ(a.contradicted.size(), 2U);
  EXPECT_THAT(a.contradicted[0].rows, ElementsAre(3));       // 8G, and clean
  EXPECT_THAT(a.contradicted[0].same_rows, ElementsAre(4));  // the same 8G, and clean
  EXPECT_EQ(a.decisive.size(), 2U);
  EXPECT_EQ(a.clean_runs_needed, 20U);
  EXPECT_EQ(a.design.failure, "Absturz");
}

TEST(Analysis, GivesBothOfTwoConfoundedFactors) {
  const Analysis a = analysed(
      "driver,kernel,disk,result\n"
      "535,6.1,nvme,ok\n"
      "550,6.8,nvme,panic\n"
      "535,6.1,sata,ok\n"
      "550,6.8,sata,panic\n");
  EXPECT_THAT(conditions(a), UnorderedElementsAre(Texts{"driver=550"}, Texts{"kernel=6.8"}));
  ASSERT_EQ(a.confounded.size(), 1U);
  EXPECT_THAT(a.confounded[0], ElementsAre(0, 1));
  EXPECT_THAT(red_herring_names(a), ElementsAre("disk"));
  EXPECT_EQ(a.next.missing_count, 4U);
}

TEST(Analysis, FindsTwoIndependentCauses) {
  // Full factorial of three switches: it fails where a and b are set, or c is not.
  std::string table = "a;b;c;Resultat\n";
  for (int i = 0; i < 8; ++i) {
    const bool a = (i & 4) != 0;
    const bool b = (i & 2) != 0;
    const bool c = (i & 1) != 0;
    const auto word = [](bool on) { return on ? "oui" : "non"; };
    table += fmt::format("{};{};{};{}\n", word(a), word(b), word(c), (a && b) || !c ? "échec" : "réussi");
  }
  const Analysis a = analysed(table);
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"c=non"}, Texts{"a=oui", "b=oui"}));
  EXPECT_THAT(necessary(a), IsEmpty());
  EXPECT_EQ(a.next.missing_count, 0U);
}

TEST(Analysis, JoinsNeighbouringLevelsOfANumber) {
  const Analysis a = analysed(
      "RAM\tballoon\tresult\n"
      "2G\ton\tok\n4G\ton\tok\n8G\ton\thang\n16G\ton\thang\n"
      "2G\toff\tok\n4G\toff\tok\n8G\toff\tok\n16G\toff\tok\n");
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"RAM>=8G", "balloon=on"}));
  EXPECT_THAT(necessary(a), ElementsAre("RAM>=8G", "balloon=on"));
}

TEST(Analysis, CutsAMeasuredNumberAndReadsDecimalCommas) {
  std::string table = "Temperatur;Last;Absturz\n";
  for (const auto* row : {"61,5;1,0;nein", "63,0;0,5;nein", "64,25;2,5;nein", "66,0;3,0;nein", "71,5;0,25;ja",
                          "72,0;1,5;ja", "73,5;2,0;ja", "75,0;0,75;ja"})
    table += std::string(row) + "\n";
  const Analysis a = analysed(table);
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"Temperatur>=71,5"}));
  EXPECT_GT(a.design.factors[0].cuts_tried, 1U);
}

TEST(Analysis, ThreeValuedFactorFailsWithOneValueOnly) {
  const Analysis a = analysed(
      "cache,outcome\n"
      "none,pass\nwriteback,fail\nwritethrough,pass\nnone,pass\nwriteback,fail\nwritethrough,pass\n");
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"cache=writeback"}));
  EXPECT_EQ(a.inside.failures, 2U);
  EXPECT_EQ(a.clean_runs_needed, 5U);  // 1/C(7,2) = 0.048; four would give 1/C(6,2) = 0.067
}

TEST(Analysis, TellsRowsThatContradictEachOther) {
  const Analysis a = analysed(
      "| iommu | aspm | panic? |\n|---|---|---|\n"
      "| on | on | yes |\n| on | on | no |\n| on | off | no |\n| off | on | no |\n| off | off | no |\n");
  EXPECT_THAT(contradictory(a), ElementsAre(1, 2));
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"iommu=on", "aspm=on"}));
  EXPECT_EQ(a.inside.runs, 2U);
}

TEST(Analysis, SaysNothingWhereAllEndedAlike) {
  const Analysis clean = analysed("a,b,result\nyes,no,ok\nno,no,ok\nyes,yes,ok\n");
  EXPECT_THAT(conditions(clean), IsEmpty());
  EXPECT_FALSE(clean.clean_runs_needed);
  const Analysis failing = analysed("a,b,result\nyes,no,panic\nno,no,panic\n");
  EXPECT_THAT(conditions(failing), IsEmpty());
}

TEST(Analysis, OneRowIsNoExperiment) {
  const Analysis a = analysed("a,b,result\nyes,no,panic\n");
  EXPECT_THAT(conditions(a), IsEmpty());
  EXPECT_TRUE(a.design.factors.empty());
  EXPECT_THAT(a.design.constants, ElementsAre("a=yes", "b=no"));
}

TEST(Analysis, CountsRunsThatACellStandsFor) {
  const Analysis a = analysed(
      "zfs;Läufe\n"
      "2.1.5;2/2 panics\n"
      "2.2.0;0/3 panics\n");
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"zfs=2.1.5"}));
  ASSERT_EQ(a.tests.size(), 1U);
  EXPECT_NEAR(a.tests[0].test.p, 0.1, 1e-9);  // three clean runs after two panics prove little
  EXPECT_EQ(a.clean_runs_needed, 5U);
  EXPECT_THAT(a.associated, IsEmpty());
}

TEST(Analysis, RecognisesAReversal) {
  const Analysis a = analysed(
      "run,serial,disk,result\n1,yes,20G,ok\n2,yes,20G,ok\n3,no,20G,panic\n4,no,20G,panic\n5,yes,20G,ok\n6,no,20G,"
      "panic\n");
  ASSERT_EQ(a.reversals.size(), 1U);
  EXPECT_EQ(a.reversals[0].phases.size(), 4U);
  EXPECT_EQ(a.reversals[0].phases[0].last_row, 2U);
  EXPECT_THAT(a.design.constants, ElementsAre("disk=20G"));
}

TEST(Analysis, CallsNoFactorARedHerringThatWasVariedWhereNothingFails) {
  // b was varied alone only where a is off, and there it never fails.
  const Analysis a = analysed("a,b,result\noff,x,ok\noff,y,ok\non,x,panic\n");
  EXPECT_THAT(red_herring_names(a), IsEmpty());
}

// A generator whose numbers are the same everywhere.
class Dice {
 public:
  uint32_t roll(uint32_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<uint32_t>(state_ >> 33U) % sides;
  }

 private:
  uint64_t state_ = 42;
};

TEST(Analysis, FindsARateUnderNoise) {
  // 10,000 runs, six factors; nine in ten fail with f1=2 and f2=1, one in fifty otherwise.
  Dice dice;
  std::string table = "f0,f1,f2,f3,f4,f5,result\n";
  for (int i = 0; i < 10'000; ++i) {
    uint32_t f[6];
    for (uint32_t& level : f) level = dice.roll(3);
    const bool fails = f[1] == 2 && f[2] == 1 ? dice.roll(10) != 0 : dice.roll(50) == 0;
    table += fmt::format("v{},v{},v{},v{},v{},v{},{}\n", f[0], f[1], f[2], f[3], f[4], f[5], fails ? "panic" : "ok");
  }
  const Analysis a = analysed(table);
  EXPECT_TRUE(a.noisy);
  EXPECT_THAT(conditions(a), ElementsAre(Texts{"f1=v2", "f2=v1"}));
  EXPECT_THAT(red_herring_names(a), UnorderedElementsAre("f0", "f3", "f4", "f5"));
}

TEST(Analysis, FindsRulesWhereThereAreTooManySettingsForAll) {
  // It fails where two of sixty factors agree: too many settings to compare each with each, and neither factor shows by
  // itself.
  Dice dice;
  std::string table = "result";
  for (int f = 0; f < 60; ++f) table += fmt::format(",f{}", f);
  table += '\n';
  for (int i = 0; i < 3'000; ++i) {
    std::string row;
    uint32_t f[60];
    for (uint32_t& level : f) row += fmt::format(",v{}", level = dice.roll(5));
    table += (f[3] == f[7] ? "panic" : "ok") + row + '\n';
  }
  const Analysis a = analysed(table);
  EXPECT_EQ(a.outside.failures, 0U);
  EXPECT_EQ(conditions(a).size(), 5U);
  EXPECT_THAT(conditions(a), testing::Contains(Texts{"f3=v2", "f7=v2"}));
}

TEST(Analysis, ExplainsNothingByChance) {
  Dice dice;
  std::string table = "a,b,c,d,result\n";
  for (int i = 0; i < 200; ++i)
    table += fmt::format("{},{},{},{},{}\n", dice.roll(2), dice.roll(3), dice.roll(2), dice.roll(4),
                         dice.roll(2) != 0 ? "ok" : "hang");
  EXPECT_THAT(conditions(analysed(table)), IsEmpty());
}

TEST(Analysis, KeepsUpWithManyFactorsAndRows) {
  Dice dice;
  std::string table = "result";
  for (int f = 0; f < 40; ++f) table += fmt::format(",f{}", f);
  table += '\n';
  for (int i = 0; i < 10'000; ++i) {
    std::string row;
    uint32_t bits[40];
    for (uint32_t& bit : bits) row += fmt::format(",{}", bit = dice.roll(2));
    table += (bits[7] == 1 && bits[23] == 0 ? "panic" : "ok") + row + '\n';
  }
  EXPECT_THAT(conditions(analysed(table)), testing::Contains(Texts{"f7=1", "f23=0"}));
}

}  // namespace
}  // namespace inquest::experiment
