// What was mounted in kernels that really died.
#include "vmcore/mounts.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_whole_kernel;

TEST(Mounts, BeginAtARootAndHaveProcWhereItIs) {
  for_each_whole_kernel([](Kernel& kernel) {
    const auto task = kernel.global("init_task", "struct task_struct");
    ASSERT_TRUE(task);
    const Mounts all = read_mounts(kernel, *task);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    ASSERT_FALSE(all.mounts.empty());
    EXPECT_EQ(all.mounts.front().directory, "/");
    const auto proc = std::ranges::find(all.mounts, "proc", &Mount::type);
    ASSERT_NE(proc, all.mounts.end());
    EXPECT_EQ(proc->directory, "/proc");
    EXPECT_TRUE(proc->options.starts_with("rw")) << proc->options;
    for (const Mount& one : all.mounts) {
      EXPECT_TRUE(one.directory.starts_with("/"));
      EXPECT_NE(one.type, "?");
      EXPECT_FALSE(one.frozen);
    }
  });
}

}  // namespace
}  // namespace inquest::vmcore
