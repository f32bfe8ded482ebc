#include "vmcore/memory_blame.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;
using ::testing::HasSubstr;

TEST(MemoryBlame, SharesAreAllOfTheMemoryAndDoNotOverlap) {
  for_each_dead_kernel([](Kernel& kernel) {
    const MemoryBlame blame = read_memory_blame(kernel);
    EXPECT_TRUE(blame.problems.empty()) << blame.problems.front();
    uint64_t sum = 0, unaccounted = 0;
    for (const MemoryShare& share : blame.shares) {
      sum += share.pages;
      if (share.name == "unaccounted") unaccounted = share.pages;
    }
    EXPECT_EQ(sum, blame.usage.total);
    EXPECT_LT(unaccounted, *blame.usage.total / 10);  // a RAM disk takes its pages directly
    EXPECT_TRUE(std::ranges::is_sorted(blame.shares, std::greater(), &MemoryShare::pages));
  });
}

TEST(MemoryBlame, MachinesWithFreeMemoryWereNotShort) {
  for_each_dead_kernel([](Kernel& kernel) {
    const MemoryBlame blame = read_memory_blame(kernel);
    EXPECT_EQ(blame.shortage, Shortage::None);
    EXPECT_GT(blame.free, blame.low);
    ASSERT_GE(blame.verdict.size(), 2U);
    EXPECT_THAT(blame.verdict[0], HasSubstr("not short"));
    EXPECT_THAT(blame.verdict[1], HasSubstr("The largest part in use was"));
  });
}

TEST(ProcessMemory, IsThatOfTheTasks) {
  for_each_dead_kernel([](Kernel& kernel) {
    const ProcessMemories all = read_process_memory(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    ASSERT_FALSE(all.processes.empty());
    EXPECT_TRUE(std::ranges::any_of(all.processes, [](const ProcessMemory& one) { return one.pid == 1; }));
    const TaskList list = read_tasks(kernel);
    for (const ProcessMemory& one : all.processes) {
      const auto task = std::ranges::find(list.tasks, one.pid, &Task::pid);
      ASSERT_NE(task, list.tasks.end());
      EXPECT_EQ(task->rss_pages, one.resident());
      EXPECT_LE(one.resident(), task->size_pages);
      EXPECT_GT(one.page_table_bytes, 0U);
    }
  });
}

}  // namespace
}  // namespace inquest::vmcore
