#include "vmcore/lockups.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/dead_kernels.h"
#include "vmcore/printk.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

// "watchdog: BUG: soft lockup - CPU#1 stuck for 130s! [reader:218]": the seconds that the kernel last said, by CPU.
std::map<uint32_t, int64_t> reported(Kernel& kernel) {
  std::map<uint32_t, int64_t> out;
  const auto log = read_log(kernel.space(), kernel.dump().vmcoreinfo());
  if (!log) return out;
  for (const LogRecord& record : log->records) {
    constexpr std::string_view kCpu = "BUG: soft lockup - CPU#", kStuck = " stuck for ";
    const size_t cpu = record.text.find(kCpu), stuck = record.text.find(kStuck);
    if (cpu == std::string::npos || stuck == std::string::npos) continue;
    const std::string_view text = record.text;
    const size_t number = cpu + kCpu.size(), seconds = stuck + kStuck.size();
    const auto which = parse_int<uint32_t>(text.substr(number, stuck - number));
    const auto length = parse_int<int64_t>(text.substr(seconds, text.find('s', seconds) - seconds));
    if (which && length) out[*which] = *length;
  }
  return out;
}

TEST(Lockups, AreAtLeastThoseThatTheKernelReported) {
  for_each_dead_kernel([](Kernel& kernel) {
    const Lockups all = read_lockups(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    ASSERT_EQ(all.cpus.size(), kernel.present_cpus().size());
    EXPECT_GT(all.now_ns.value_or(0), 1'000'000'000U);
    EXPECT_TRUE(all.soft_watchdog);
    const std::map<uint32_t, int64_t> lockups = reported(kernel);
    for (const CpuState& one : all.cpus) {
      EXPECT_NE(one.verdict, CpuVerdict::Unknown) << sentence_of(one);
      EXPECT_FALSE(one.location.function.empty()) << sentence_of(one);
      if (const auto found = lockups.find(one.cpu); found != lockups.end()) {
        EXPECT_TRUE(one.stuck()) << sentence_of(one);
        EXPECT_GE(one.stuck_ns().value_or(0) / 1'000'000'000, found->second - 2) << sentence_of(one);
      } else if (lockups.empty()) {
        EXPECT_FALSE(one.stuck()) << sentence_of(one);
      }
    }
    EXPECT_LE(std::ranges::count(all.cpus, true, &CpuState::panicked), 1);
  });
}

TEST(Lockups, AreSaidInWords) {
  CpuState state;
  state.cpu = 2;
  state.current.emplace();
  state.current->pid = 206;
  state.current->comm = "reader";
  state.location = {.function = "spin", .module = "locks", .offset = 0xd, .size = 0xf};
  state.callers = {"kthread"};
  state.verdict = CpuVerdict::HardLockup;
  state.tick_overdue_ns = 3'000'000'000;
  state.scheduler_ago_ns = 4'200'000'000;
  state.interrupts_on = false;
  EXPECT_EQ(sentence_of(state),
            "CPU 2 was stuck for 4.2 s without taking an interrupt (they were off): reader (PID 206) in spin+0xd/0xf "
            "[locks] < kthread");

  state.verdict = CpuVerdict::SoftLockup;
  state.watchdog_ago_ns = 22'000'000'000;
  state.location.function = "smp_call_function_many_cond";
  EXPECT_EQ(sentence_of(state),
            "CPU 2 was stuck for 22.0 s: it took interrupts, but reader (PID 206) let nothing else run, waiting for "
            "other CPUs to answer, in smp_call_function_many_cond+0xd/0xf [locks] < kthread");

  state.verdict = CpuVerdict::Unknown;
  EXPECT_EQ(sentence_of(state), "CPU 2 ran reader (PID 206): whether it was stuck cannot be told");
  EXPECT_EQ(state.stuck_ns(), std::nullopt);
}

}  // namespace
}  // namespace inquest::vmcore
