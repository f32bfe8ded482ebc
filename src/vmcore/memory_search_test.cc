// Finding things in the memory of kernels that really died.
#include "vmcore/memory_search.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_whole_kernel;

void nobody(uint64_t /*bytes*/) {}

TEST(MemorySearch, FindsWhatPointsToTheFirstTask) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto init = kernel.symbol("init_task");
    ASSERT_TRUE(init);
    SearchWish wish;
    wish.numbers = {init->value};
    const SearchResult all = search_physical(kernel, wish, nobody);
    EXPECT_GT(all.pages, 1000U);
    // Its own pointer to the leader of its group is among them, by the address that the kernel has for it.
    const VirtAddr leader = *init + kernel.types().offset("task_struct", "group_leader").value_or(0);
    EXPECT_TRUE(std::ranges::any_of(
        all.hits, [&](const SearchHit& hit) { return kernel_address_of(kernel, {hit.address}) == leader; }));
    const SearchResult near = search_range(kernel, *init, *init + 0x4000, wish, nobody);
    EXPECT_TRUE(std::ranges::any_of(near.hits, [&](const SearchHit& hit) { return hit.address == leader.value; }));
    EXPECT_EQ(near.missing, 0U);
  });
}

TEST(MemorySearch, FindsTextsWhereverTheyAre) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto banner = kernel.symbol("linux_banner");
    ASSERT_TRUE(banner);
    const std::string text = kernel.space().cstring(*banner).value_or("");
    ASSERT_GT(text.size(), 40U);
    SearchWish wish;
    wish.texts = {text.substr(0, 40)};
    const auto place = kernel.space().translate(*banner);
    ASSERT_TRUE(place);
    const auto has = [&](const SearchResult& result, uint64_t address) {
      return std::ranges::any_of(result.hits, [&](const SearchHit& hit) { return hit.address == address; });
    };
    EXPECT_TRUE(has(search_physical(kernel, wish, nobody), place->value));
    // A range that ends in the middle of it does not have it.
    EXPECT_TRUE(has(search_range(kernel, *banner - 4096, *banner + 40, wish, nobody), banner->value));
    EXPECT_FALSE(has(search_range(kernel, *banner - 4096, *banner + 39, wish, nobody), banner->value));
    // Whatever the borders of pages that lie between.
    wish.texts = {text.substr(0, 2)};
    const SearchResult pieces = search_range(kernel, *banner - 8192, *banner + 8192, wish, nobody);
    EXPECT_TRUE(has(pieces, banner->value));
    EXPECT_TRUE(std::ranges::is_sorted(pieces.hits, {}, &SearchHit::address));
  });
}

TEST(MemorySearch, EndsWhenItHasEnough) {
  for_each_whole_kernel([](Kernel& kernel) {
    SearchWish wish;
    wish.numbers = {0};
    wish.most = 7;
    const SearchResult some = search_physical(kernel, wish, nobody);
    EXPECT_EQ(some.hits.size(), 7U);
    EXPECT_TRUE(some.ended_early);
    wish.mask = 0;
    wish.width = 2;
    EXPECT_EQ(search_range(kernel, {0x1000}, {0x3000}, wish, nobody).missing, 2U) << "nothing is mapped there";
  });
}

}  // namespace
}  // namespace inquest::vmcore
