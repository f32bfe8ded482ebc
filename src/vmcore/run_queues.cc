// Source: kernel/sched/sched.h, kernel/sched/fair.c, rt.c, deadline.c.
#include "vmcore/run_queues.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxQueued = 500'000;  // on all CPUs: damaged queues may all lead to the same tasks
constexpr uint32_t kDeepest = 64;       // of groups in one another
constexpr uint64_t kRealTimeLevels = 100;

std::string class_of(Kernel& kernel, const Object& task) {
  const auto pointer = task.pointer("sched_class");
  if (!pointer) return {};
  static constexpr std::array<std::string_view, 6> kClasses = {"fair", "idle", "rt", "dl", "stop", "ext"};
  for (const std::string_view one : kClasses) {
    if (kernel.symbol(fmt::format("{}_sched_class", one)) == *pointer) return std::string(one);
  }
  return {};
}

class Reader {
 public:
  Reader(Kernel& kernel, std::vector<std::string>& problems) : kernel_(kernel), problems_(problems) {}

  void read(const Object& rq, RunQueue& out) {
    current_ = {};
    out.clock_ns = rq.number_or("clock", 0);
    out.running = rq.number_or("nr_running", 0);
    if (const auto address = rq.pointer("curr"); address && !address->null()) {
      out.current = read_task(kernel_, *address);
      out.current_class = class_of(kernel_, out.current->object);
      out.current_priority = static_cast<uint32_t>(out.current->object.number_or("prio", 0));
      current_ = *address;
    } else {
      problems_.push_back(fmt::format("CPU {}: what ran there cannot be read", out.cpu));
    }
    seen_.clear();
    cpu_ = out.cpu;
    read_stopper(rq, out.stop);
    if (const auto queue = rq.at("dl")) read_deadline(*queue, out.deadline);
    if (const auto queue = rq.at("rt")) read_real_time(*queue, 0, out.real_time);
    if (const auto queue = rq.at("cfs")) read_fair(*queue, 0, false, out.fair);
  }

 private:
  // Whether the structure was not yet visited: groups may hold one another where memory is damaged.
  bool enter(const Object& queue, uint32_t depth) {
    if (depth > kDeepest || !seen_.insert(queue.address().value).second) {
      problems_.push_back(
          fmt::format("CPU {}: the group's queue at {:#x} was there before", cpu_, queue.address().value));
      return false;
    }
    return true;
  }

  void note(const Walk& walk, std::string_view what) {
    if (!walk.complete()) problems_.push_back(fmt::format("CPU {}, {}: {}", cpu_, what, walk.problem));
  }

  void add_task(const Object& entity, std::string_view member, QueuedTask queued, std::vector<QueuedTask>& out) {
    const auto task = entity.container("task_struct", member);
    if (!task || task->address() == current_ || queued_ >= kMaxQueued) return;
    ++queued_;
    queued.task = read_task(kernel_, task->address());
    queued.priority = static_cast<uint32_t>(task->number_or("prio", 0));
    out.push_back(std::move(queued));
  }

  void read_stopper(const Object& rq, std::vector<QueuedTask>& out) {
    const auto task = rq.follow("stop");
    if (!task || task->address() == current_ || task->number_or("on_rq", 0) != 1) return;
    QueuedTask queued;
    queued.task = read_task(kernel_, task->address());
    queued.priority = static_cast<uint32_t>(task->number_or("prio", 0));
    out.push_back(std::move(queued));
  }

  void read_fair(const Object& queue, uint32_t depth, bool throttled, std::vector<QueuedTask>& out) {
    if (!enter(queue, depth)) return;
    throttled = throttled || queue.number_or("throttled", 0) != 0;
    const auto tree = queue.at("tasks_timeline");
    const auto node = kernel_.types().offset("sched_entity", "run_node");
    if (!tree || !node) {
      problems_.push_back(fmt::format("CPU {}: this kernel's fair queue is not understood", cpu_));
      return;
    }
    // What runs, or the group that it is in, is not in the tree.
    if (const auto current = queue.follow("curr")) visit_fair(*current, depth, throttled, out);
    const Walk walk = walk_rbtree(kernel_.space(), tree->address(), kMaxQueued - queued_);
    note(walk, "fair queue");
    for (const VirtAddr one : walk.found) {
      visit_fair(kernel_.object("sched_entity", one - *node), depth, throttled, out);
    }
  }

  void visit_fair(const Object& entity, uint32_t depth, bool throttled, std::vector<QueuedTask>& out) {
    if (const auto group = entity.follow("my_q")) {
      read_fair(*group, depth + 1, throttled, out);
      return;
    }
    QueuedTask queued;
    queued.key = entity.number_or("vruntime", 0);
    queued.depth = depth;
    queued.throttled = throttled;
    add_task(entity, "se", std::move(queued), out);
  }

  void read_real_time(const Object& queue, uint32_t depth, std::vector<QueuedTask>& out) {
    if (!enter(queue, depth)) return;
    const auto lists = queue.at("active.queue");
    const auto node = kernel_.types().offset("sched_rt_entity", "run_list");
    if (!lists || !node || queue.number_or("rt_nr_running", 1) == 0) return;
    const uint64_t levels = std::min<uint64_t>(lists->info().count, kRealTimeLevels);
    for (uint64_t level = 0; level < levels; ++level) {
      const auto head = lists->element(level);
      if (!head) break;
      const Walk walk = walk_list_of(kernel_.space(), head->address(), *node, kMaxQueued - queued_);
      note(walk, fmt::format("real-time queue of priority {}", level));
      for (const VirtAddr one : walk.found) {
        const Object entity = kernel_.object("sched_rt_entity", one);
        if (const auto group = entity.follow("my_q")) {
          read_real_time(*group, depth + 1, out);
          continue;
        }
        QueuedTask queued;
        queued.depth = depth;
        queued.throttled = queue.number_or("rt_throttled", 0) != 0;
        add_task(entity, "rt", std::move(queued), out);
      }
    }
  }

  void read_deadline(const Object& queue, std::vector<QueuedTask>& out) {
    const auto tree = queue.at(queue.has("root") ? "root" : "rb_root");
    const auto node = kernel_.types().offset("sched_dl_entity", "rb_node");
    if (!tree || !node || queue.number_or("dl_nr_running", 1) == 0) return;
    const Walk walk = walk_rbtree(kernel_.space(), tree->address(), kMaxQueued - queued_);
    note(walk, "deadline queue");
    for (const VirtAddr one : walk.found) {
      const Object entity = kernel_.object("sched_dl_entity", one - *node);
      if (entity.number_or("dl_server", 0) != 0) continue;  // stands for the fair queue, and is no task
      QueuedTask queued;
      queued.key = entity.number_or("deadline", 0);
      add_task(entity, "dl", std::move(queued), out);
    }
  }

  Kernel& kernel_;
  std::vector<std::string>& problems_;
  std::unordered_set<uint64_t> seen_;
  size_t queued_ = 0;
  VirtAddr current_;
  uint32_t cpu_ = 0;
};

}  // namespace

RunQueues read_run_queues(Kernel& kernel) {
  RunQueues out;
  Reader reader(kernel, out.problems);
  for (const uint32_t cpu : kernel.present_cpus()) {
    const auto place = kernel.per_cpu("runqueues", cpu);
    if (!place) {
      out.problems.push_back(fmt::format("CPU {}: its run queue cannot be found", cpu));
      continue;
    }
    const Object rq = kernel.object("rq", *place);
    if (rq.empty()) {
      out.problems.emplace_back("the type struct rq is not known");
      break;
    }
    RunQueue queue;
    queue.cpu = cpu;
    queue.address = *place;
    reader.read(rq, queue);
    out.queues.push_back(std::move(queue));
  }
  return out;
}

}  // namespace inquest::vmcore
