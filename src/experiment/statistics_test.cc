#include "experiment/statistics.h"

#include <array>

#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

TEST(Statistics, FisherGivesWhatItsTablesSay) {
  EXPECT_NEAR(fisher({2, 2}, {0, 3}), 0.1, 1e-12);
  EXPECT_NEAR(fisher({3, 4}, {1, 4}), 34.0 / 70, 1e-12);  // Fisher's tea, two-sided
  EXPECT_NEAR(fisher({4, 4}, {0, 4}), 2.0 / 70, 1e-12);
  // R: fisher.test(matrix(c(8, 2, 1, 5), 2))
  EXPECT_NEAR(fisher({8, 10}, {1, 6}), 0.03496503, 1e-8);
  EXPECT_EQ(fisher({0, 5}, {0, 5}), 1);
  EXPECT_EQ(fisher({5, 5}, {0, 0}), 1);
}

TEST(Statistics, ComparesMoreThanTwoGroups) {
  // 4 of 4, 0 of 4, 0 of 4: the observed table has 1/C(12,4) = 1/495, and so have the two others of its kind.
  const std::array<Count, 3> groups = {{{4, 4}, {0, 4}, {0, 4}}};
  const TestResult result = compare(groups);
  EXPECT_EQ(result.name, "fisher-freeman-halton");
  EXPECT_NEAR(result.p, 3.0 / 495, 1e-12);
}

TEST(Statistics, FallsBackWhereExactIsTooLong) {
  const std::array<Count, 4> groups = {{{50'000, 100'000}, {50'500, 100'000}, {49'900, 100'000}, {50'100, 100'000}}};
  const TestResult result = compare(groups);
  EXPECT_EQ(result.name, "chi-squared");
  // Sum of (n - 50125)^2 / (100000 x 0.50125 x 0.49875) = (125^2 + 375^2 + 225^2 + 25^2) / 24999.84 = 8.30; three
  // degrees of freedom: 0.0402.
  EXPECT_NEAR(result.p, 0.0402, 0.0005);
}

TEST(Statistics, JeffreysIntervals) {
  // Quantiles of Beta(1/2 + k, 1/2 + n - k), as R's qbeta gives them.
  const Rate none = failure_rate({0, 3});
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.5355, 0.001);
  EXPECT_NEAR(none.mean, 0.125, 1e-12);
  const Rate half = failure_rate({5, 10});
  EXPECT_NEAR(half.low, 0.2235, 0.001);
  EXPECT_NEAR(half.high, 0.7765, 0.001);
  EXPECT_EQ(failure_rate({7, 7}).high, 1);
}

TEST(Statistics, CleanRunsForAFix) {
  EXPECT_EQ(clean_runs_needed({1, 1}), 20U);  // 1/(n+1) < 0.05
  EXPECT_EQ(clean_runs_needed({2, 2}), 5U);   // 2/((n+1)(n+2)) < 0.05
  EXPECT_EQ(clean_runs_needed({4, 4}), 3U);   // 1/C(7,3) = 0.029; two give 1/15
  EXPECT_FALSE(clean_runs_needed({0, 9}));
  EXPECT_NEAR(excluded_rate(3), 0.6316, 0.0001);
  EXPECT_EQ(excluded_rate(0), 1);
  // One failure in a thousand runs takes thousands.
  const auto rare = clean_runs_needed({1, 1000});
  ASSERT_TRUE(rare);
  EXPECT_GT(*rare, 10'000U);
}

}  // namespace
}  // namespace inquest::experiment
