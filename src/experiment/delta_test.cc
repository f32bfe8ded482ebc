#include "experiment/delta.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiment/run_log.h"
#include "experiment/sequential.h"

namespace inquest::experiment {
namespace {

using testing::ElementsAre;

// Fails with all of these.
Judge needs(std::vector<size_t> causes, size_t& asked) {
  return [causes = std::move(causes), &asked](const std::vector<size_t>& applied) -> std::optional<Verdict> {
    ++asked;
    return std::ranges::includes(applied, causes) ? Verdict::Bad : Verdict::Good;
  };
}

TEST(Delta, FindsOneOfAThousandInFewRuns) {
  size_t asked = 0;
  const Minimum minimum = minimise(1000, needs({617}, asked));
  EXPECT_TRUE(minimum.minimal);
  EXPECT_THAT(minimum.changes, ElementsAre(617));
  EXPECT_LT(asked, 25U);
}

TEST(Delta, FindsChangesThatActTogether) {
  size_t asked = 0;
  EXPECT_THAT(minimise(100, needs({3, 50, 99}, asked)).changes, ElementsAre(3, 50, 99));
  EXPECT_LT(asked, 150U);
}

TEST(Delta, WhatCannotBeTestedIsNoFailure) {
  // Without change 1, change 2 cannot be tested.
  const Judge judge = [](const std::vector<size_t>& applied) -> std::optional<Verdict> {
    const bool one = std::ranges::binary_search(applied, size_t{1});
    const bool two = std::ranges::binary_search(applied, size_t{2});
    if (two && !one) return Verdict::Skip;
    return two ? Verdict::Bad : Verdict::Good;
  };
  EXPECT_THAT(minimise(8, judge).changes, ElementsAre(1, 2));
}

TEST(Delta, StopsWhereItIsTold) {
  size_t asked = 0;
  const Judge judge = [&](const std::vector<size_t>& applied) -> std::optional<Verdict> {
    if (++asked > 4) return std::nullopt;
    return std::ranges::binary_search(applied, size_t{0}) ? Verdict::Bad : Verdict::Good;
  };
  const Minimum minimum = minimise(1000, judge);
  EXPECT_FALSE(minimum.minimal);
  EXPECT_EQ(minimum.changes.size(), 62U);
}

TEST(Delta, OneChangeNeedsNoRun) {
  size_t asked = 0;
  EXPECT_THAT(minimise(1, needs({0}, asked)).changes, ElementsAre(0));
  EXPECT_EQ(asked, 0U);
}

TEST(SequentialTest, DecidesEarlyWhereItIsClear) {
  // The good one never failed in ten runs, the bad one always: one failing run settles it.
  SequentialTest fails({0, 10}, {10, 10}, 10);
  EXPECT_EQ(fails.add(true), Verdict::Bad);
  SequentialTest clean({0, 10}, {10, 10}, 10);
  EXPECT_EQ(clean.add(false), Verdict::Good);
  // Failing half of the time, it takes more clean runs to be sure.
  SequentialTest flaky({0, 10}, {5, 10}, 10);
  size_t runs = 1;
  while (!flaky.add(false)) ++runs;
  EXPECT_GE(runs, 4U);
  EXPECT_LE(runs, 6U);
}

TEST(SequentialTest, SaysWhereTheLimitDecided) {
  SequentialTest test({2, 10}, {5, 10}, 2);
  EXPECT_FALSE(test.add(false));
  EXPECT_EQ(test.add(false), Verdict::Good);
  EXPECT_TRUE(test.unsure());
}

TEST(RunLog, GivesBackEachRunOnce) {
  const std::string hash(64, 'a');
  RunLog log("identity");
  const std::string text =
      log.first_line() + RunLog::line(hash, 1, 2, 9) + RunLog::line(hash, 0, 2, 9) + "run " + hash + " 1";
  ASSERT_TRUE(log.load(text));  // the last line was cut
  EXPECT_EQ(log.known(), 2U);
  EXPECT_EQ(log.next(hash), 1);
  EXPECT_EQ(log.next(hash), 0);
  EXPECT_FALSE(log.next(hash));
}

TEST(RunLog, RefusesTheLogOfAnotherSearch) {
  const RunLog other("other");
  RunLog log("identity");
  EXPECT_FALSE(log.load(other.first_line()));
  EXPECT_FALSE(log.load("kernel: something else\n"));
  EXPECT_TRUE(log.load(""));
}

}  // namespace
}  // namespace inquest::experiment
