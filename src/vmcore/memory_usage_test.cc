// Laws that the numbers of a sound kernel obey among themselves, on dumps of kernels that really died.
#include "vmcore/memory_usage.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"
#include "vmcore/slab_caches.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(MemoryZones, FreePagesAreThoseOfTheFreeLists) {
  for_each_dead_kernel([](Kernel& kernel) {
    const MemoryZones zones = read_memory_zones(kernel);
    EXPECT_TRUE(zones.problems.empty()) << zones.problems.front();
    ASSERT_FALSE(zones.zones.empty());
    uint64_t all = 0;
    for (const MemoryZone& zone : zones.zones) {
      uint64_t sum = 0;
      for (size_t order = 0; order < zone.free_blocks.size(); ++order) sum += zone.free_blocks[order] << order;
      EXPECT_EQ(sum, zone.free) << zone.name;
      EXPECT_GT(zone.free, 0U) << zone.name;
      EXPECT_LE(zone.managed, zone.present);
      EXPECT_LE(zone.min, zone.low);
      EXPECT_LE(zone.low, zone.high);
      all += zone.free;
    }
    EXPECT_EQ(zones.counter("NR_FREE_PAGES"), all);
    EXPECT_EQ(zones.counter("NR_NO_SUCH_THING"), std::nullopt);
  });
}

TEST(SlabCaches, HoldNearlyAllPagesThatCountAsSlab) {
  for_each_dead_kernel([](Kernel& kernel) {
    const SlabCaches caches = read_slab_caches(kernel);
    EXPECT_TRUE(caches.problems.empty()) << caches.problems.front();
    ASSERT_GT(caches.caches.size(), 20U);
    uint64_t pages = 0;
    for (const SlabCache& cache : caches.caches) {
      EXPECT_LE(cache.active, cache.objects) << cache.name;
      EXPECT_LE(cache.objects * cache.size, cache.pages() * 4096) << cache.name;
      EXPECT_LE(cache.object_size, cache.size) << cache.name;
      pages += cache.pages();
    }
    EXPECT_TRUE(std::ranges::is_sorted(caches.caches, std::greater(), &SlabCache::pages));
    const MemoryUsage usage = read_memory_usage(kernel, read_memory_zones(kernel));
    // kmalloc() of more than a slab holds counts as slab, and is in no cache.
    EXPECT_LE(pages, usage.slab());
    EXPECT_GT(pages, *usage.slab() * 8 / 10);
  });
}

TEST(MemoryUsage, NothingIsLargerThanTheMachine) {
  for_each_dead_kernel([](Kernel& kernel) {
    const MemoryUsage usage = read_memory_usage(kernel, read_memory_zones(kernel));
    EXPECT_TRUE(usage.problems.empty()) << usage.problems.front();
    ASSERT_TRUE(usage.total && usage.free);
    for (const auto& part : {usage.free, usage.per_cpu_free, usage.buffers, usage.cached, usage.shared, usage.anonymous,
                             usage.slab(), usage.kernel_stacks, usage.page_tables, usage.vmalloc, usage.per_cpu_data}) {
      ASSERT_TRUE(part);
      EXPECT_LT(*part, *usage.total);
    }
    // What is free and what is in use for a known reason is the machine, but for what the boot left lying.
    const uint64_t known = *usage.free + *usage.per_cpu_free + *usage.buffers + *usage.cached + *usage.anonymous +
                           *usage.slab() + *usage.page_tables + *usage.vmalloc + *usage.per_cpu_data;
    EXPECT_LE(known, *usage.total);
    EXPECT_GT(known, *usage.total * 9 / 10);
    EXPECT_GE(*usage.committed, *usage.anonymous);
    EXPECT_GT(usage.commit_limit, 0U);
  });
}

}  // namespace
}  // namespace inquest::vmcore
