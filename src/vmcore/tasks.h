// Tasks: every process and thread that the dead kernel had, and what ran on each CPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/unwind.h"

namespace inquest::vmcore {

struct Task {
  Object object;  // its struct task_struct
  uint32_t pid = 0, tgid = 0, ppid = 0;
  uint32_t cpu = 0;
  char state = '?';  // as ps(1) has it: R S D T t X Z P I
  bool on_cpu = false;
  bool kernel_thread = false;
  std::string comm;
  uint64_t rss_pages = 0;  // of the whole process; 0 for kernel threads
  uint64_t size_pages = 0;
  uint64_t run_time_ns = 0;  // on a CPU, in all

  VirtAddr address() const { return object.address(); }
  // Whether its struct could be made out: not where the kernel's types are missing.
  bool known() const { return static_cast<bool>(object.type()); }
};

struct TaskList {
  std::vector<Task> tasks;            // idle tasks first, then processes in the kernel's order, threads behind each
  std::vector<std::string> problems;  // what could not be followed
};

TaskList read_tasks(Kernel& kernel);
Task read_task(Kernel& kernel, VirtAddr address);
// What runs on the CPU; nothing where its per-CPU data cannot be read. Without types the task is not known(), and has
// the PID and the name that the kernel's last report from that CPU gives; an empty name without one.
std::optional<Task> current_task(Kernel& kernel, uint32_t cpu);
// What each CPU ran by the dump's own notes, for kernels whose data does not tell (no symbols of it, as where
// CONFIG_KALLSYMS_ALL is not set): not known(), without address; stack_of() takes the note's registers.
std::vector<Task> noted_tasks(Kernel& kernel);
// The CPU that panicked, by panic_cpu or crashing_cpu; nothing where none did.
std::optional<uint32_t> crashing_cpu(Kernel& kernel);

// A task's stack: from the registers that the dump has of its CPU where it was running, else from where it sleeps.
Stack stack_of(Kernel& kernel, const Task& task);

}  // namespace inquest::vmcore
