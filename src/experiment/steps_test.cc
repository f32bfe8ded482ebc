#include "experiment/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/analysis.h"

namespace inquest::experiment {
namespace {

using testing::ElementsAre;

Table table_of(std::string_view text) { return read_tables(text)->front(); }

TEST(Steps, BecomeSwitches) {
  const auto table = unfold_steps(table_of("| attempt | result |\n|---|---|\n"
                                           "| `net0 {}` + `quiet` | ok |\n"
                                           "| `quiet` removed | ok |\n"
                                           "| `net0 {}` removed | panic |\n"
                                           "| `net0 {}` added again | ok |\n"),
                                  0);
  ASSERT_TRUE(table);
  EXPECT_THAT(table->header, ElementsAre("net0 {}", "quiet", "result"));
  EXPECT_THAT(table->rows[1].cells, ElementsAre("yes", "no", "ok"));
  EXPECT_THAT(table->rows[2].cells, ElementsAre("no", "no", "panic"));
  EXPECT_THAT(table->rows[3].cells, ElementsAre("yes", "no", "ok"));
}

TEST(Steps, WhatIsTakenOutFirstWasThereBefore) {
  const auto table = unfold_steps(table_of("Versuch;Ergebnis\nXMP deaktiviert;ok\nXMP wieder aktiviert, C-States "
                                           "deaktiviert;Absturz\nXMP deaktiviert;ok\n"),
                                  0);
  ASSERT_TRUE(table);
  EXPECT_THAT(table->rows[0].cells, ElementsAre("no", "yes", "ok"));
  EXPECT_THAT(table->rows[1].cells, ElementsAre("yes", "no", "Absturz"));
}

TEST(Steps, ValuesAreNone) {
  for (const auto* text : {"disk,result\n2G,ok\n20G,panic\n", "mode,result\nwith vga,ok\nwithout net,panic\n",
                           "step,result\na removed,ok\nb,panic\na added,ok\n"})
    EXPECT_FALSE(unfold_steps(table_of(text), 0)) << text;
}

TEST(Steps, GiveAReversal) {
  const auto analysis = analyse(table_of("essai;résultat\navec vIOMMU;figé\nvIOMMU retiré;ok\nvIOMMU ajouté;figé\n"));
  ASSERT_TRUE(analysis);
  ASSERT_EQ(analysis->reversals.size(), 1U);
  EXPECT_THAT(analysis->conditions.all.at(0).texts(analysis->design), ElementsAre("vIOMMU=yes"));
}

}  // namespace
}  // namespace inquest::experiment
