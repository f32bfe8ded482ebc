// What tasks wait for, in kernels that really died.
#include "vmcore/waiting.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(WaitFinder, KnowsTheQueuesOfTheKernelsOwnThreads) {
  for_each_dead_kernel([](Kernel& kernel) {
    const TaskList list = read_tasks(kernel);
    WaitFinder finder(kernel, list);
    size_t known = 0;
    for (const Task& task : list.tasks) {
      if (task.state != 'S') continue;
      const Waiting waiting = finder.find(task, stack_of(kernel, task));
      EXPECT_TRUE(!waiting.kind.empty() || !waiting.problem.empty()) << task.comm;
      // Threads whose queue is a variable of that name.
      for (const auto& [comm, queue] : {std::pair{"kauditd", "kauditd_wait"}, {"oom_reaper", "oom_reaper_wait"}}) {
        if (task.comm != comm) continue;
        EXPECT_EQ(waiting.name, queue);
        EXPECT_EQ(waiting.at, kernel.symbol(queue));
        EXPECT_EQ(waiting.waiters, 1U);
        ++known;
      }
      if (task.comm.starts_with("kswapd")) {
        const auto nodes = kernel.symbol("node_data");
        ASSERT_TRUE(nodes);
        const VirtAddr node = kernel.space().pointer(*nodes).value_or(VirtAddr{});
        EXPECT_EQ(waiting.at, node + kernel.types().offset("pglist_data", "kswapd_wait").value_or(0));
      }
    }
    EXPECT_GE(known, 2U);
  });
}

TEST(WaitFinder, NobodySleepsSinceTheFuture) {
  for_each_dead_kernel([](Kernel& kernel) {
    const TaskList list = read_tasks(kernel);
    WaitFinder finder(kernel, list);
    EXPECT_GT(finder.now_ns(), 0U);
    const size_t known = static_cast<size_t>(std::ranges::count_if(list.tasks, [&](const Task& task) {
      const auto since = finder.asleep_since(task);
      return since && since->ns <= finder.now_ns();
    }));
    EXPECT_GT(known * 10, list.tasks.size() * 8);
  });
}

}  // namespace
}  // namespace inquest::vmcore
