// Timers that were set: those of the timer wheel, and the high-resolution ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/kernel_clock.h"

namespace inquest::vmcore {

struct Timer {
  VirtAddr address;      // of the struct timer_list or hrtimer
  uint64_t expires = 0;  // in jiffies, or in ns of the clock that it waits for
  // Until then, in ns, as the kernel's clocks stood: below zero where it is overdue. Nothing where "now" is not known.
  std::optional<int64_t> remaining_ns;
  VirtAddr function;
  Location location;  // of the function
  // What it does in the end, where the function only passes it on: the work of a delayed work, the task that is woken.
  std::string purpose;
};

struct TimerQueue {
  uint32_t cpu = 0;
  std::string name;  // "standard", "deferrable"; "monotonic", "realtime soft"
  VirtAddr address;
  bool high_resolution = false;
  std::vector<Timer> timers;  // the next first
};

struct Timers {
  KernelClock clock;
  std::vector<TimerQueue> queues;  // by CPU: the wheels, then the clocks of high-resolution timers
  std::vector<std::string> problems;
};

// The wheel as it is since v4.8; of older kernels the high-resolution timers alone.
Timers read_timers(Kernel& kernel);

}  // namespace inquest::vmcore
