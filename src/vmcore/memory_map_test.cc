// The memory of processes of kernels that really died.
#include "vmcore/memory_map.h"

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(MemoryMap, HasAsManyAreasAsTheKernelCounted) {
  for_each_dead_kernel([](Kernel& kernel) {
    size_t processes = 0;
    for (const Task& task : read_tasks(kernel).tasks) {
      const MemoryMap map = memory_map_of(kernel, task);
      EXPECT_TRUE(map.problems.empty()) << map.problems.front();
      if (map.mm.null()) continue;
      ++processes;
      EXPECT_EQ(map.areas.size(), kernel.object("mm_struct", map.mm).number_or("map_count", 0)) << task.comm;
      uint64_t pages = 0;
      uint64_t end = 0;
      bool stack = false;
      for (const MappedArea& area : map.areas) {
        EXPECT_LE(end, area.start);
        EXPECT_LT(area.start, area.end);
        end = area.end;
        stack = stack || area.name == "[stack]";
        // What the machine maps of its own accord is not counted.
        if (area.name != "[vvar]" && area.name != "[vdso]") pages += (area.end - area.start) / 4096;
      }
      EXPECT_TRUE(stack) << task.comm;
      EXPECT_LE(pages, task.size_pages + 8);
    }
    EXPECT_GT(processes, 0U);
  });
}

}  // namespace
}  // namespace inquest::vmcore
