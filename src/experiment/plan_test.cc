#include "experiment/plan.h"

#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

std::vector<PlanFactor> switches(size_t count) {
  std::vector<PlanFactor> out;
  for (size_t i = 0; i < count; ++i) out.push_back({fmt::format("f{}", i), {"no", "yes"}});
  return out;
}

Plan planned(std::vector<PlanFactor> factors, const PlanOptions& options = {}) {
  auto plan = make_plan(std::move(factors), options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return *std::move(plan);
}

// Whether every combination of these columns' levels comes equally often.
bool balanced(const Plan& plan, const std::vector<size_t>& columns) {
  std::map<std::vector<uint8_t>, size_t> counts;
  size_t combinations = 1;
  for (const size_t f : columns) combinations *= plan.factors[f].levels.size();
  for (const auto& run : plan.runs) {
    std::vector<uint8_t> levels;
    for (const size_t f : columns) levels.push_back(run[f]);
    ++counts[levels];
  }
  return counts.size() == combinations &&
         std::ranges::all_of(counts, [&](const auto& c) { return c.second * combinations == plan.runs.size(); });
}

TEST(Plan, FewFactorsAreTriedInFull) {
  const Plan plan = planned(switches(3));
  EXPECT_EQ(plan.kind, Plan::Kind::Full);
  EXPECT_EQ(std::set(plan.runs.begin(), plan.runs.end()).size(), 8U);
}

TEST(Plan, FractionsHaveTheSizeOfTheTables) {
  struct Case {
    size_t factors, resolution, runs;
  };
  // Box, Hunter and Hunter, table of two-level fractions.
  for (const Case& c : {Case{4, 4, 8},
                        {5, 4, 16},
                        {6, 4, 16},
                        {7, 4, 16},
                        {8, 4, 16},
                        {9, 4, 32},
                        {16, 4, 32},
                        {4, 3, 8},
                        {5, 3, 8},
                        {7, 3, 8},
                        {15, 3, 16},
                        {5, 5, 16}}) {
    const Plan plan = planned(switches(c.factors), {.resolution = c.resolution});
    EXPECT_EQ(plan.runs.size(), c.runs) << c.factors << " factors, resolution " << c.resolution;
    EXPECT_GE(plan.resolution, c.resolution);
    // Resolution R: any R - 1 columns are a full design.
    for (size_t a = 0; a < c.factors; ++a) {
      for (size_t b = 0; b < a; ++b) {
        EXPECT_TRUE(balanced(plan, {a, b}));
        for (size_t d = 0; d < b && c.resolution >= 4; ++d) EXPECT_TRUE(balanced(plan, {a, b, d}));
      }
    }
  }
}

TEST(Plan, SaysWhatCannotBeToldApart) {
  EXPECT_THAT(planned(switches(4)).aliases, testing::Contains("f0 x f1 = f2 x f3"));
  EXPECT_TRUE(planned(switches(5)).aliases.empty());  // resolution V in 16 runs
}

TEST(Plan, MixedLevelsAreBalanced) {
  const Plan plan = planned({{"disk", {"2G", "8G", "20G"}},
                             {"kernel", {"6.8", "6.11", "6.17"}},
                             {"a", {"n", "y"}},
                             {"b", {"n", "y"}},
                             {"c", {"n", "y"}}});
  EXPECT_EQ(plan.kind, Plan::Kind::NearOrthogonal);
  EXPECT_LE(plan.runs.size(), 36U);
  for (size_t f = 0; f < plan.factors.size(); ++f) EXPECT_TRUE(balanced(plan, {f}));
}

TEST(Plan, RepeatsAreWholeBlocks) {
  const Plan plan = planned(switches(2), {.repeats = 3});
  ASSERT_EQ(plan.runs.size(), 12U);
  for (size_t block = 0; block < 3; ++block)
    EXPECT_EQ(std::set(plan.runs.begin() + static_cast<ptrdiff_t>(block * 4),
                       plan.runs.begin() + static_cast<ptrdiff_t>(block * 4 + 4))
                  .size(),
              4U);
  EXPECT_EQ(plan.runs, planned(switches(2), {.repeats = 3}).runs);
}

TEST(Plan, RefusesWhatIsNoFactor) {
  for (const auto* text :
       {"", "=a,b", "disk=", "disk=2G", "disk=a,,b", "disk=2G,2g", "x=1,2,3,4,5,6,7,8,9,10,11,12,13"})
    EXPECT_FALSE(parse_factor(text)) << text;
  EXPECT_EQ(parse_factor("serial")->levels.size(), 2U);
  EXPECT_FALSE(make_plan({{"a", {"1", "2"}}, {"A", {"1", "2"}}}, {}));
  EXPECT_FALSE(make_plan(switches(31), {}));
  EXPECT_FALSE(make_plan({}, {}));
}

}  // namespace
}  // namespace inquest::experiment
