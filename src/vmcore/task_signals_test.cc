// Signals of the tasks of kernels that really died.
#include "vmcore/task_signals.h"

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

constexpr uint64_t bit(uint32_t signal) { return uint64_t{1} << (signal - 1); }

TEST(TaskSignals, NobodyHandlesOrBlocksWhatCannotBe) {
  constexpr uint32_t kKill = 9;
  constexpr uint32_t kStop = 19;
  for_each_dead_kernel([](Kernel& kernel) {
    size_t handlers = 0;
    for (const Task& task : read_tasks(kernel).tasks) {
      const TaskSignals signals = signals_of(kernel, task);
      EXPECT_TRUE(signals.problems.empty()) << signals.problems.front();
      handlers += signals.handlers.size();
      if (task.kernel_thread) continue;
      EXPECT_EQ(signals.blocked & (bit(kKill) | bit(kStop)), 0U) << task.comm;
      for (const SignalHandler& one : signals.handlers) {
        EXPECT_TRUE(task.pid == 0 || (one.signal != kKill && one.signal != kStop)) << task.comm;
      }
      for (const QueuedSignal& one : signals.queue) {
        EXPECT_NE((one.shared ? signals.shared_pending : signals.pending) & bit(one.signal), 0U);
      }
    }
    EXPECT_GT(handlers, 0U);
  });
}

TEST(TaskSignals, HaveTheNamesThatPeopleKnow) {
  EXPECT_EQ(signal_name(1), "SIGHUP");
  EXPECT_EQ(signal_name(9), "SIGKILL");
  EXPECT_EQ(signal_name(31), "SIGSYS");
  EXPECT_EQ(signal_name(34), "SIGRTMIN");
  EXPECT_EQ(signal_name(37), "SIGRTMIN+3");
  EXPECT_EQ(signal_name(0), "SIG0");
  EXPECT_EQ(signal_name(65), "SIG65");
}

}  // namespace
}  // namespace inquest::vmcore
