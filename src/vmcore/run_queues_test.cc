// Laws of the scheduler's, the timers' and the interrupts' data, on dumps of kernels that really died.
#include "vmcore/run_queues.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"
#include "vmcore/cpu_mask.h"
#include "vmcore/interrupts.h"
#include "vmcore/lockups.h"
#include "vmcore/timers.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(RunQueues, HaveAsManyTasksAsTheKernelCounts) {
  for_each_dead_kernel([](Kernel& kernel) {
    const RunQueues all = read_run_queues(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    ASSERT_EQ(all.queues.size(), kernel.present_cpus().size());
    const bool server = kernel.types().field("sched_dl_entity", "dl_server").has_value();
    for (const RunQueue& queue : all.queues) {
      ASSERT_TRUE(queue.current) << queue.cpu;
      const uint64_t waiting = queue.stop.size() + queue.deadline.size() + queue.real_time.size() + queue.fair.size();
      const uint64_t ours = waiting + (queue.current->pid != 0 ? 1 : 0);
      EXPECT_GE(queue.running, ours) << queue.cpu;
      EXPECT_LE(queue.running, ours + (server ? 1 : 0)) << queue.cpu;
      EXPECT_FALSE(queue.current_class.empty());
      EXPECT_EQ(queue.current_class == "idle", queue.current->pid == 0);
      for (const QueuedTask& one : queue.fair) {
        EXPECT_GE(one.priority, 100U);
        EXPECT_EQ(one.task.cpu, queue.cpu);
      }
    }
  });
}

TEST(Timers, AreSortedHaveAFunctionAndAreOverdueOnlyWhereACpuWasStuck) {
  for_each_dead_kernel([](Kernel& kernel) {
    const Timers timers = read_timers(kernel);
    EXPECT_TRUE(timers.problems.empty()) << timers.problems.front();
    ASSERT_TRUE(timers.clock.hz && timers.clock.jiffies && timers.clock.monotonic_ns);
    EXPECT_TRUE(*timers.clock.hz >= 100 && *timers.clock.hz <= 1000);
    std::set<uint32_t> stuck;
    for (const CpuState& state : read_lockups(kernel).cpus) {
      if (state.stuck()) stuck.insert(state.cpu);
    }
    size_t wheel = 0, high = 0;
    for (const TimerQueue& queue : timers.queues) {
      EXPECT_TRUE(std::ranges::is_sorted(queue.timers, {}, &Timer::expires)) << queue.name;
      for (const Timer& timer : queue.timers) {
        EXPECT_FALSE(timer.location.function.empty()) << queue.name;
        EXPECT_EQ(timer.location.offset, 0U);
        ASSERT_TRUE(timer.remaining_ns);
        // A CPU that panicked leaves timers behind, but not by minutes.
        if (!stuck.contains(queue.cpu)) {
          EXPECT_GT(*timer.remaining_ns, -60'000'000'000) << timer.location.function;
        }
      }
      (queue.high_resolution ? high : wheel) += queue.timers.size();
    }
    EXPECT_GT(wheel, kernel.present_cpus().size());
    EXPECT_GE(high, kernel.present_cpus().size());  // the tick
  });
}

TEST(Interrupts, HaveHandlersAndCounts) {
  for_each_dead_kernel([](Kernel& kernel) {
    const Interrupts all = read_interrupts(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    EXPECT_TRUE(std::ranges::is_sorted(all.interrupts, {}, &Interrupt::number));
    uint64_t taken = 0;
    size_t handled = 0;
    for (const Interrupt& one : all.interrupts) {
      ASSERT_EQ(one.counts.size(), all.cpus.size());
      taken += std::accumulate(one.counts.begin(), one.counts.end(), uint64_t{0});
      for (const InterruptAction& action : one.actions) {
        ++handled;
        EXPECT_FALSE(action.name.empty());
        EXPECT_FALSE(action.location.function.empty()) << action.name;
        EXPECT_EQ(action.location.offset, 0U);
        EXPECT_FALSE(one.chip.empty());
        EXPECT_FALSE(one.effective.empty());
        for (const uint32_t cpu : one.effective) EXPECT_LT(cpu, all.cpus.size());
      }
    }
    EXPECT_GT(handled, 3U);
    EXPECT_GT(taken, 0U);
    ASSERT_FALSE(all.soft.empty());
    EXPECT_EQ(all.soft[0].name, "HI");
    EXPECT_EQ(all.soft[1].name, "TIMER");
    EXPECT_FALSE(all.per_cpu.empty());
  });
}

TEST(CpuList, IsWrittenAsTheKernelWritesIt) {
  EXPECT_EQ(cpu_list(std::vector<uint32_t>{}), "");
  EXPECT_EQ(cpu_list(std::vector<uint32_t>{3}), "3");
  EXPECT_EQ(cpu_list(std::vector<uint32_t>{0, 1, 2, 3, 8}), "0-3,8");
  EXPECT_EQ(cpu_list(std::vector<uint32_t>{0, 2, 3}), "0,2-3");
}

}  // namespace
}  // namespace inquest::vmcore
