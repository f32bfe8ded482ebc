#include "record/memory_budget.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using Answer = MemoryBudget::Answer;

const IpAddress kOne = IpAddress::v4({192, 0, 2, 1});
const IpAddress kTwo = IpAddress::v4({192, 0, 2, 2});

TEST(MemoryBudget, BoundsEachSourceAndAllOfThem) {
  MemoryBudget budget(100, 60);
  MemoryBudget::Lease one(budget, kOne);
  EXPECT_EQ(one.grow(60), Answer::Yes);
  EXPECT_EQ(one.grow(1), Answer::TooMuchOfThisSource);
  MemoryBudget::Lease again(budget, kOne);
  EXPECT_EQ(again.grow(1), Answer::TooMuchOfThisSource);
  MemoryBudget::Lease two(budget, kTwo);
  EXPECT_EQ(two.grow(41), Answer::TooMuch);
  EXPECT_EQ(two.grow(40), Answer::Yes);
  EXPECT_EQ(budget.held(), 100U);
}

TEST(MemoryBudget, GetsBackWhatALeaseHeld) {
  MemoryBudget budget(100, 100);
  {
    MemoryBudget::Lease one(budget, kOne);
    EXPECT_EQ(one.grow(70), Answer::Yes);
    EXPECT_EQ(one.grow(30), Answer::Yes);
    EXPECT_EQ(one.grow(UINT64_MAX), Answer::TooMuch);
  }
  EXPECT_EQ(budget.held(), 0U);
  MemoryBudget::Lease two(budget, kOne);
  EXPECT_EQ(two.grow(100), Answer::Yes);
}

}  // namespace
}  // namespace inquest::record
