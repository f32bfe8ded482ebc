#include "vmcore/tasks.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/logged_task.h"
#include "vmcore/printk.h"
#include "vmcore/process_memory.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxTasks = 4'000'000;
constexpr uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD

// Source: include/linux/sched.h, task_state_index(); "RSDTtXZPI" in fs/proc/array.c since v4.14.
char state_letter(uint64_t state, uint64_t exit_state) {
  constexpr uint64_t kNoLoad = 0x400;
  constexpr uint64_t kIdle = 0x402;
  constexpr std::string_view kLetters = "RSDTtXZP";
  if ((state & kIdle) == kIdle && (state & kNoLoad) != 0) return 'I';
  const uint64_t all = (state | exit_state) & 0x7f;
  if ((state & 0x1000) != 0 && all == 0) return 'D';  // TASK_RTLOCK_WAIT is shown so
  size_t index = 0;
  for (uint64_t bits = all; bits != 0; bits >>= 1) ++index;
  return index < kLetters.size() ? kLetters[index] : '?';
}

uint64_t rss_of(Kernel& kernel, const Object& mm) {
  return pages_of(kernel, mm, PageKind::File) + pages_of(kernel, mm, PageKind::Anonymous) +
         pages_of(kernel, mm, PageKind::Shared);
}

void name_by_log(Kernel& kernel, Task& task) {
  const auto log = read_log(kernel.space(), kernel.dump().vmcoreinfo());
  auto logged = log ? logged_task(*log, task.cpu) : std::nullopt;
  if (!logged) return;
  task.pid = logged->pid;
  task.comm = std::move(logged->comm);
}

// Where nothing else tells: QEMU writes the CPU's number + 1 as the process.
uint32_t cpu_of(Kernel& kernel, const CpuNote& note) {
  return kernel.dump().from_qemu() && note.pid != 0 ? note.pid - 1 : note.index;
}

}  // namespace

Task read_task(Kernel& kernel, VirtAddr address) {
  Task out;
  out.object = kernel.object("task_struct", address);
  if (out.object.empty()) {
    out.object = Object(kernel.types(), kernel.space(), Type{}, address);
    return out;
  }
  const Object& task = out.object;
  out.pid = static_cast<uint32_t>(task.number_or("pid", 0));
  out.tgid = static_cast<uint32_t>(task.number_or("tgid", 0));
  out.comm = task.string("comm", 64).value_or("");
  // `cpu` moved into thread_info with THREAD_INFO_IN_TASK, and was left in task_struct by some architectures.
  out.cpu = static_cast<uint32_t>(task.number_or(task.has("thread_info.cpu") ? "thread_info.cpu" : "cpu", 0));
  // `state` became `__state` in v5.14.
  out.state =
      state_letter(task.number_or(task.has("__state") ? "__state" : "state", 0), task.number_or("exit_state", 0));
  out.on_cpu = task.number_or("on_cpu", 0) != 0;
  out.kernel_thread = (task.number_or("flags", 0) & kKernelThread) != 0;
  out.run_time_ns = task.number_or("se.sum_exec_runtime", 0);
  if (const auto parent = task.follow("real_parent")) out.ppid = static_cast<uint32_t>(parent->number_or("tgid", 0));
  if (const auto mm = task.follow("mm"); mm && !out.kernel_thread) {
    out.size_pages = mm->number_or("total_vm", 0);
    out.rss_pages = rss_of(kernel, *mm);
  }
  return out;
}

TaskList read_tasks(Kernel& kernel) {
  TaskList out;
  const auto init = kernel.symbol("init_task");
  const auto node = kernel.types().offset("task_struct", "tasks");
  if (!init || !node) {
    out.problems.emplace_back(init ? "tasks: the type struct task_struct is not known" : "tasks: no symbol init_task");
    return out;
  }
  std::unordered_set<uint64_t> seen;
  const auto add = [&](VirtAddr address) {
    if (seen.insert(address.value).second) out.tasks.push_back(read_task(kernel, address));
  };
  // Idle tasks hang on no list.
  add(*init);
  for (const uint32_t cpu : kernel.possible_cpus()) {
    const auto runqueue = kernel.per_cpu("runqueues", cpu);
    const auto idle = runqueue ? kernel.object("rq", *runqueue).pointer("idle") : Result<VirtAddr>(VirtAddr{});
    if (idle && !idle->null()) add(*idle);
  }
  const Walk leaders = walk_list_of(kernel.space(), *init + *node, *node, kMaxTasks);
  if (!leaders.complete()) out.problems.push_back("tasks: " + leaders.problem);
  const auto thread_node = kernel.types().offset("task_struct", "thread_node");
  const auto thread_head = kernel.types().offset("signal_struct", "thread_head");
  for (const VirtAddr leader : leaders.found) {
    add(leader);
    if (!thread_node || !thread_head) continue;
    const auto signal = kernel.object("task_struct", leader).pointer("signal");
    if (!signal || signal->null()) continue;
    const Walk threads = walk_list_of(kernel.space(), *signal + *thread_head, *thread_node, kMaxTasks);
    if (!threads.complete()) {
      out.problems.push_back(fmt::format("threads of the task at {:#x}: {}", leader.value, threads.problem));
    }
    for (const VirtAddr thread : threads.found) add(thread);
  }
  return out;
}

std::optional<Task> current_task(Kernel& kernel, uint32_t cpu) {
  // A per-CPU variable; in v6.2 to v6.14 the first member of another, pcpu_hot.
  uint64_t offset = 0;
  auto place = kernel.per_cpu("current_task", cpu);
  if (!place) {
    place = kernel.per_cpu("pcpu_hot", cpu);
    offset = kernel.types().offset("pcpu_hot", "current_task").value_or(0);
  }
  if (!place) {
    // Other processors have it in a register; what the scheduler chose is the same.
    place = kernel.per_cpu("runqueues", cpu);
    const auto current = kernel.types().offset("rq", "curr");
    if (!current) return std::nullopt;
    offset = *current;
  }
  if (!place) return std::nullopt;
  const auto task = kernel.space().pointer(*place + offset);
  if (!task || task->null()) return std::nullopt;
  Task out = read_task(kernel, *task);
  if (out.known()) return out;
  out.cpu = cpu;
  name_by_log(kernel, out);
  return out;
}

std::vector<Task> noted_tasks(Kernel& kernel) {
  std::vector<Task> out;
  for (const CpuNote& note : kernel.dump().cpus()) {
    Task task;
    task.object = Object(kernel.types(), kernel.space(), Type{}, VirtAddr{});
    task.cpu = cpu_of(kernel, note);
    name_by_log(kernel, task);
    out.push_back(std::move(task));
  }
  return out;
}

std::optional<uint32_t> crashing_cpu(Kernel& kernel) {
  for (const std::string_view name : {"panic_cpu", "crashing_cpu"}) {
    const auto address = kernel.symbol(name);
    if (!address) continue;
    const auto cpu = kernel.space().number<int32_t>(*address);
    if (cpu && *cpu >= 0) return static_cast<uint32_t>(*cpu);
  }
  return std::nullopt;
}

Stack stack_of(Kernel& kernel, const Task& task) {
  const bool by_note = !task.known() && task.address().null();
  const auto running = current_task(kernel, task.cpu);
  if (!by_note && (!running || running->address() != task.address())) return unwind_sleeping(kernel, task.object);
  // A CPU that saved nothing has no note, so notes are counted along the CPUs that were there only where all have one.
  const auto& notes = kernel.dump().cpus();
  const auto& present = kernel.present_cpus();
  const CpuNote* note = nullptr;
  if (by_note) {
    const auto place = std::ranges::find_if(notes, [&](const CpuNote& one) { return cpu_of(kernel, one) == task.cpu; });
    if (place != notes.end()) note = &*place;
  } else if (notes.size() == present.size()) {
    const auto place = std::ranges::find(present, task.cpu) - present.begin();
    if (static_cast<size_t>(place) < notes.size()) note = &notes[static_cast<size_t>(place)];
  } else {
    for (const CpuNote& one : notes) {
      if (kernel.dump().from_qemu() ? one.pid == task.cpu + 1 : one.pid == task.pid && task.pid != 0) note = &one;
    }
  }
  if (note == nullptr) {
    Stack out = unwind_sleeping(kernel, task.object);
    out.problem =
        fmt::format("the dump has no registers of CPU {}: this stack is from when the task last slept", task.cpu);
    return out;
  }
  if (note->registers.user) {
    Stack out;
    Frame frame;
    frame.ip = note->registers.ip;
    frame.sp = note->registers.sp;
    frame.user = true;
    frame.registers = note->registers;
    out.frames.push_back(std::move(frame));
    return out;
  }
  return unwind(kernel, {note->registers.ip, note->registers.sp, note->registers.bp, false, &note->registers});
}

}  // namespace inquest::vmcore
