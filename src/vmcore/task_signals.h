// A task's signals: how it handles them, which it blocks, which wait for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct SignalHandler {
  uint32_t signal = 0;
  uint64_t handler = 0;  // 0: the default action; 1: ignored; else code of the process
  uint64_t flags = 0;    // SA_...
  uint64_t mask = 0;     // blocked while it runs
};

struct QueuedSignal {
  uint32_t signal = 0;
  int32_t code = 0;     // si_code
  int32_t pid = 0;      // of the sender, where the code says that there is one
  bool shared = false;  // sent to the process, not to this thread
  VirtAddr address;     // of struct sigqueue
};

struct TaskSignals {
  std::vector<SignalHandler> handlers;  // those that are not the default
  // Sets: bit 0 is signal 1.
  uint64_t blocked = 0, pending = 0, shared_pending = 0;
  std::vector<QueuedSignal> queue;
  std::vector<std::string> problems;
};

TaskSignals signals_of(Kernel& kernel, const Task& task);

// "SIGTERM", "SIGRTMIN+3"; "SIG99" for a number that is none. Numbers as on x86 and arm64.
std::string signal_name(uint32_t signal);

}  // namespace inquest::vmcore
