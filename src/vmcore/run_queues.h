// What each CPU ran, and what waited for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct QueuedTask {
  Task task;
  uint32_t priority = 0;   // the kernel's: 0 to 99 real-time, 100 to 139 by nice value
  uint64_t key = 0;        // what it is sorted by: virtual run time, or the deadline; in ns
  uint32_t depth = 0;      // of the group it is in
  bool throttled = false;  // its group has used up its time
};

struct RunQueue {
  uint32_t cpu = 0;
  VirtAddr address;
  uint64_t clock_ns = 0;  // of the scheduler, when it last looked
  // As the kernel counts: the current task and those that wait, since v6.12 also the server that runs the fair queue.
  uint64_t running = 0;
  std::optional<Task> current;
  std::string current_class;  // "fair", "rt", "dl", "idle", "stop", "ext"; empty: not known
  uint32_t current_priority = 0;
  // That wait, the next first. `stop` is the CPU's stopper (migration/N), which nothing but disabled preemption holds
  // up.
  std::vector<QueuedTask> stop, deadline, real_time, fair;
};

struct RunQueues {
  std::vector<RunQueue> queues;  // of the CPUs that were there
  std::vector<std::string> problems;
};

RunQueues read_run_queues(Kernel& kernel);

}  // namespace inquest::vmcore
