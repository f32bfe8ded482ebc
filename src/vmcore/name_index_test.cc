#include "vmcore/name_index.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

std::vector<uint32_t> numbers(const NameIndex& index, uint32_t hash) {
  std::vector<uint32_t> out;
  index.each(hash, [&](uint32_t number) { out.push_back(number); });
  return out;
}

TEST(NameIndex, FindsNothingBeforeAnythingIsAdded) { EXPECT_TRUE(numbers(NameIndex(), 0).empty()); }

TEST(NameIndex, KeepsHashesThatShareABucketApart) {
  NameIndex index;
  index.add(3, 30);
  index.add(3 + (uint32_t{1} << 20), 31);
  EXPECT_EQ(numbers(index, 3), std::vector<uint32_t>{30});
  EXPECT_EQ(numbers(index, 3 + (uint32_t{1} << 20)), std::vector<uint32_t>{31});
}

TEST(NameIndex, FindsAllOfOneHashTheLastFirst) {
  NameIndex index;
  for (uint32_t i = 0; i < 3; ++i) index.add(7, i);
  EXPECT_EQ(numbers(index, 7), (std::vector<uint32_t>{2, 1, 0}));
}

TEST(NameIndex, FindsEveryNumberAfterItGrew) {
  NameIndex index;
  for (uint32_t i = 0; i < 100'000; ++i) index.add(i * 2654435761U, i);
  EXPECT_EQ(index.size(), 100'000U);
  for (uint32_t i = 0; i < 100'000; i += 997) {
    const auto found = numbers(index, i * 2654435761U);
    EXPECT_TRUE(std::ranges::find(found, i) != found.end()) << i;
  }
}

}  // namespace
}  // namespace inquest::vmcore
