// CPUs that were stuck when the machine died: since when, on what, and whether they took interrupts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

enum class CpuVerdict : uint8_t {
  Working,  // ran something, and ticked
  Idle,
  SoftLockup,  // takes interrupts, and lets no other task run
  HardLockup,  // takes no interrupts
  Unknown,     // what it takes to tell cannot be read
};

struct CpuState {
  uint32_t cpu = 0;
  std::optional<Task> current;
  bool idle = false;
  bool panicked = false;  // ran the panic itself
  CpuVerdict verdict = CpuVerdict::Unknown;
  // How long ago, in ns, by the clocks of the scheduler and of the timers; absent: not known, or not watched.
  std::optional<int64_t> scheduler_ago_ns;  // the scheduler last looked at its clock
  std::optional<int64_t> tick_overdue_ns;   // the tick ought to have come; below zero: it is yet to come
  std::optional<int64_t> watchdog_ago_ns;   // its watchdog last ran, to about a second
  bool tick_stopped = false;                // for want of anything to do
  std::optional<uint64_t> timer_interrupts, timer_interrupts_checked;  // of the hard-lockup watchdog
  // Of what it did before it was stopped or panicked, and whether interrupts were on there.
  std::optional<bool> interrupts_on;
  Location location;
  bool in_user_space = false;
  std::vector<std::string> callers;  // of that place, the nearest first, at most a few

  bool stuck() const { return verdict == CpuVerdict::SoftLockup || verdict == CpuVerdict::HardLockup; }
  // How long it has been stuck: the longest of what is known.
  std::optional<int64_t> stuck_ns() const;
};

struct Lockups {
  std::vector<CpuState> cpus;
  std::optional<uint64_t> now_ns;  // the last moment that anything of the kernel knows of: the scheduler's clock
  uint64_t threshold_s = 0;        // kernel.watchdog_thresh; 0: not known
  bool soft_watchdog = false, hard_watchdog = false;  // were on
  std::vector<std::string> problems;
};

Lockups read_lockups(Kernel& kernel);

// "CPU 1 is stuck with interrupts off for 35.1 s: inq_hard (PID 112) in spin_hard+0x10/0x20 [inqlock]".
std::string sentence_of(const CpuState& state);

}  // namespace inquest::vmcore
