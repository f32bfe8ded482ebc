#include "reason/clean_run.h"

#include <gtest/gtest.h>

namespace inquest::reason {
namespace {

// (T / (T + t))^(n + 1/2) = 0.05, solved by hand.
TEST(CleanRun, ChanceAloneLeavesSuchAStretchOnceInTwenty) {
  struct Row {
    size_t failures;
    double days;  // observed
    double certain;
  };
  for (const Row& row : {Row{1, 2.35, 14.96}, Row{2, 10, 23.14}, Row{10, 10, 3.30}, Row{1, 0.1, 0.64}}) {
    const Ns observed = static_cast<Ns>(row.days * static_cast<double>(kDay));
    EXPECT_NEAR(static_cast<double>(stretch_of_certainty(row.failures, observed)) / static_cast<double>(kDay),
                row.certain, 0.01 * row.certain + 0.01);
  }
}

TEST(CleanRun, NothingFollowsFromNothing) {
  EXPECT_EQ(stretch_of_certainty(0, kDay), 0);
  EXPECT_EQ(stretch_of_certainty(3, 0), 0);
  EXPECT_EQ(stretch_of_certainty(3, -kDay), 0);
}

TEST(CleanRun, CenturiesAreNoAdvice) { EXPECT_LE(stretch_of_certainty(1, 3000 * kDay), 3650 * kDay); }

}  // namespace
}  // namespace inquest::reason
