#include "model/blocks.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace inquest::model {
namespace {

TEST(Blocks, GiveBackEveryRowAcrossAllBlockSizes) {
  Blocks<uint64_t> table;
  constexpr size_t kCount = 3 * Blocks<uint64_t>::kRows + 17;
  for (size_t i = 0; i < kCount; ++i) {
    table.push_back(i * 7);
    ASSERT_EQ(table.back(), i * 7);
  }
  ASSERT_EQ(table.size(), kCount);
  for (size_t i = 0; i < kCount; ++i) ASSERT_EQ(table[i], i * 7) << i;
}

TEST(Blocks, ReferencesStayValid) {
  Blocks<int> table;
  table.push_back(42);
  const int& first = table[0];
  for (int i = 0; i < 100'000; ++i) table.push_back(i);
  EXPECT_EQ(&first, &table[0]);
  EXPECT_EQ(first, 42);
}

TEST(Blocks, ASmallTableTakesLittleAndALargeOneLittleMoreThanItsRows) {
  Blocks<uint64_t> table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.memory(), 0U);
  table.push_back(1);
  EXPECT_LE(table.memory(), 256U);
  for (size_t i = 0; i < 1'000'000; ++i) table.push_back(i);
  EXPECT_LE(table.memory(), (table.size() + Blocks<uint64_t>::kRows) * sizeof(uint64_t));
}

}  // namespace
}  // namespace inquest::model
