#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::ids_of;

constexpr std::string_view kRuns =
    "| Queue depth | driver | Result |\n|---|---|---|\n| 32 | old | ok |\n| 256 | old | panic |\n| 256 | new | ok |\n"
    "| 256 (set at run time) | old | ok |\n\n";

TEST(Experiments, AFactorThatTwoRowsDifferInAloneIsNoRedHerring) {
  EXPECT_TRUE(ids_of(std::string(kRuns) + "The queue depth is a red herring.").contains("red-herring-that-is-none"));
  EXPECT_TRUE(ids_of(std::string(kRuns) + "Queue depth has no influence on it.").contains("red-herring-that-is-none"));
  EXPECT_TRUE(ids_of(std::string(kRuns) +
                     "Die Einstellung von queue depth spielt keine Rolle, es ist der Treiber und nicht das.")
                  .contains("red-herring-that-is-none"));
  EXPECT_FALSE(
      ids_of(std::string(kRuns) + "The colour of the case has no influence.").contains("red-herring-that-is-none"));
  EXPECT_FALSE(
      ids_of(std::string(kRuns) + "The queue depth is a part of the condition.").contains("red-herring-that-is-none"));
  EXPECT_FALSE(ids_of("The queue depth is a red herring.").contains("red-herring-that-is-none"));
  EXPECT_FALSE(
      ids_of(std::string(kRuns) + "Die queue depth ist kein Nebenschauplatz.").contains("red-herring-that-is-none"));
}

TEST(Experiments, ARunWithTheSameValueContradictsAMechanism) {
  EXPECT_TRUE(ids_of(std::string(kRuns) + "A deep queue depth makes the completion slower, and it loses a race.")
                  .contains("mechanism-contradicted-by-a-run"));
  EXPECT_FALSE(ids_of(std::string(kRuns) + "The new driver is slower.").contains("mechanism-contradicted-by-a-run"));
}

TEST(Experiments, OneRunForEachConditionConfirmsNothing) {
  EXPECT_TRUE(ids_of(std::string(kRuns) + "Cause confirmed.").contains("one-run-for-each-condition"));
  EXPECT_TRUE(ids_of(std::string(kRuns) + "Damit ist die Ursache bewiesen.").contains("one-run-for-each-condition"));
  EXPECT_FALSE(ids_of(std::string(kRuns) + "Cause confirmed; each row was run ten times.")
                   .contains("one-run-for-each-condition"));
  EXPECT_FALSE(ids_of(std::string(kRuns) + "The cause may be the driver.").contains("one-run-for-each-condition"));
  EXPECT_FALSE(ids_of(std::string(kRuns) + "Ursache: noch offen, jede Zeile wurde nur einmal gefahren.")
                   .contains("one-run-for-each-condition"));
}

TEST(Experiments, AFactorTriedUnderOneConditionIsNotExcluded) {
  constexpr std::string_view kSteps =
      "- `noapic` and `maxcpus=1` added → boots\n- `maxcpus=1` removed → boots\n- `noapic` removed → panic\n"
      "- `noapic` added again → boots\n\n";
  EXPECT_TRUE(ids_of(std::string(kSteps) + "`maxcpus=1` has no effect.").contains("excluded-under-one-condition"));
  EXPECT_TRUE(ids_of(std::string(kSteps) +
                     "Der Parameter `maxcpus=1` hat keinen Einfluss auf das Ergebnis, und das ist nicht neu.")
                  .contains("excluded-under-one-condition"));
  EXPECT_FALSE(ids_of(std::string(kSteps) + "`noapic` is needed.").contains("excluded-under-one-condition"));
  EXPECT_FALSE(ids_of("- `maxcpus=1` added → panic\n- `maxcpus=1` removed → panic\n\n`maxcpus=1` has no effect.")
                   .contains("excluded-under-one-condition"));
}

}  // namespace
}  // namespace inquest::review
