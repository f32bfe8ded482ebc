#include "vmcore/waiting.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kFlags = 7;              // low bits of an owner: struct mutex has three, struct rw_semaphore too
constexpr size_t kMostWaiters = 100'000;    // of one queue
constexpr size_t kMostWalked = 10'000'000;  // of all queues: broken ones are walked again for each waiter
constexpr uint64_t kMostStack = uint64_t{64} << 10;

}  // namespace

// A record of waiting, and the lock whose queue it hangs in.
struct WaitFinder::Shape {
  std::string_view kind;
  std::string_view functions;  // in whose frames it lies: any of these beginnings; empty: in any
  std::string_view record, node, task;
  std::string_view lock, head;
};

struct WaitFinder::Ring {
  std::vector<VirtAddr> heads;  // entries that are no waiters: the head, if all is well
  size_t waiters = 0;
  std::string problem;
};

namespace {

// A `struct completion` had the larger kind of queue before v5.7.
using Text = std::string_view;
struct Row {
  Text kind, functions, record, node, task, lock, head;
};
constexpr std::array kShapes = {
    Row{"mutex", "__mutex_lock __ww_mutex_lock mutex_lock ww_mutex_lock", "mutex_waiter", "list", "task", "mutex",
        "wait_list"},
    Row{"rwsem", "rwsem_down_ __rwsem_down_ down_read down_write __down_read __down_write", "rwsem_waiter", "list",
        "task", "rw_semaphore", "wait_list"},
    Row{"semaphore", "__down down", "semaphore_waiter", "list", "task", "semaphore", "wait_list"},
    Row{"completion", "wait_for_c __wait_for_common do_wait_for_common wait_for_common", "swait_queue", "task_list",
        "task", "completion", "wait.task_list"},
    Row{"completion", "wait_for_c __wait_for_common do_wait_for_common wait_for_common", "wait_queue_entry", "entry",
        "private", "completion", "wait.head"},
    Row{"simple wait queue", "", "swait_queue", "task_list", "task", "swait_queue_head", "task_list"},
    Row{"wait queue", "", "wait_queue_entry", "entry", "private", "wait_queue_head", "head"},
};

bool begins_with_any(Text function, Text beginnings) {
  if (beginnings.empty()) return true;
  return std::ranges::any_of(split_blanks(beginnings), [&](Text one) { return function.starts_with(one); });
}

}  // namespace

std::string data_symbol(Kernel& kernel, VirtAddr address) {
  std::optional<Symbol> found;
  std::string module;
  if (const Module* owner = kernel.modules().at(address)) {
    module = owner->name;
    found = owner->symbols.at(kernel.space(), address);
  } else {
    const auto start = kernel.symbol("_stext");
    const auto end = kernel.symbol("_end");
    if (start && end && address >= *start && address < *end && kernel.symbols() != nullptr) {
      found = kernel.symbols()->at(address);
    }
  }
  if (!found) return {};
  const uint64_t offset = address - found->address;
  // Literals have no symbols, so the one before them says nothing.
  constexpr uint64_t kMostConstant = 4096;
  const auto constants = kernel.symbol("__start_rodata");
  const auto constants_end = kernel.symbol("__end_rodata");
  const bool constant = constants && constants_end && address >= *constants && address < *constants_end;
  if (constant && offset > kMostConstant) return {};
  return found->name + (offset != 0 ? fmt::format("+{:#x}", offset) : "") + (module.empty() ? "" : " [" + module + "]");
}

WaitFinder::WaitFinder(Kernel& kernel, const TaskList& tasks) : kernel_(kernel) {
  for (const Task& task : tasks.tasks) {
    tasks_.emplace(task.address().value, &task);
    if (const auto mm = task.object.pointer("mm"); mm && !mm->null()) mms_.emplace(mm->value, &task);
    if (const auto stack = task.object.pointer("stack"); stack && !stack->null()) stacks_.emplace(stack->value, &task);
  }
  stack_bytes_ = std::clamp<uint64_t>(kernel.types().size("thread_union").value_or(0), uint64_t{16} << 10, kMostStack);
}

WaitFinder::~WaitFinder() = default;

Waiting WaitFinder::find(const Task& task, const Stack& stack) {
  if (auto out = named_in_task(task)) return *out;
  if (auto out = on_stack(task, stack)) return *out;
  Waiting out;
  for (const Frame& frame : stack.frames) {
    const Text function = frame.location.function;
    if (function.starts_with("msleep") || function.starts_with("usleep_range") ||
        function.starts_with("schedule_timeout_un") || function.starts_with("schedule_hrtimeout")) {
      out.kind = "time to pass";
      out.how = fmt::format("{}() on its stack", function);
      return out;
    }
    // No lock: a worker, a kernel thread that was just made, or something that has a queue of its own.
    if (function == "kthread" && &frame - stack.frames.data() <= 2) out.kind = "to be started (a new kernel thread)";
  }
  if (!out.kind.empty()) {
    out.how = "kthread() calls schedule() itself";
    return out;
  }
  out.problem = stack.frames.empty() ? "its stack cannot be read, so neither can its record of waiting"
                                     : "no record of waiting that names it is on its stack";
  return out;
}

std::optional<Waiting> WaitFinder::named_in_task(const Task& task) {
  Waiting out;
  if (const auto waiter = task.object.follow("pi_blocked_on")) {
    const auto lock = waiter->follow("lock");
    if (!lock) return std::nullopt;
    out.kind = "rt_mutex";
    out.at = lock->address();
    out.how = fmt::format("pi_blocked_on of the task, a struct rt_mutex_waiter at {:#x}", waiter->address().value);
    out.name = name_of(out.at);
    if (const auto owner = lock->number("owner")) set_holder(*owner & ~uint64_t{1}, out);
    return out;
  }
  // v6.16: the address of the lock with its kind in the low bits, where CONFIG_DETECT_HUNG_TASK_BLOCKER is on.
  const auto blocker = task.object.number("blocker");
  if (!blocker || *blocker == 0) return std::nullopt;
  constexpr std::array kKinds = {0, 2, 1, 1};  // of kShapes: mutex, semaphore, rwsem to read, rwsem to write
  const Row& row = kShapes[static_cast<size_t>(kKinds[*blocker & 3])];
  out.how = "blocker of the task";
  out.kind = row.kind;
  if ((*blocker & 3) >= 2) out.kind += (*blocker & 3) == 2 ? ", to read" : ", to write";
  const Shape shape{row.kind, row.functions, row.record, row.node, row.task, row.lock, row.head};
  describe_lock({*blocker & ~uint64_t{3}}, shape, out);
  return out;
}

std::optional<Waiting> WaitFinder::on_stack(const Task& task, const Stack& stack) {
  for (size_t i = 0; i + 1 < stack.frames.size(); ++i) {
    const Frame& frame = stack.frames[i];
    const VirtAddr end = stack.frames[i + 1].sp;
    if (!frame.reliable() || end <= frame.sp || end - frame.sp > kMostStack) continue;
    const VirtAddr from{(frame.sp.value + 7) / 8 * 8};
    std::vector<uint64_t> words((end - from) / 8);
    const size_t got = kernel_.space().read_some(from, std::as_writable_bytes(std::span(words))) / 8;
    for (size_t at = 0; at < got; ++at) {
      if (words[at] != task.address().value) continue;
      for (const Row& row : kShapes) {
        if (!begins_with_any(frame.location.function, row.functions)) continue;
        const Shape shape{row.kind, row.functions, row.record, row.node, row.task, row.lock, row.head};
        if (auto out = record_at(from + at * 8, shape)) return out;
      }
    }
  }
  return std::nullopt;
}

bool WaitFinder::is_waiter(VirtAddr node, uint64_t node_to_task) {
  const auto named = kernel_.space().pointer(node + node_to_task);
  const Task* owner = whose_stack(node);
  return named && owner != nullptr && owner->address() == *named;
}

const Task* WaitFinder::whose_stack(VirtAddr address) const {
  auto after = stacks_.upper_bound(address.value);
  if (after == stacks_.begin()) return nullptr;
  --after;
  return address.value - after->first < stack_bytes_ ? after->second : nullptr;
}

const WaitFinder::Ring* WaitFinder::ring_of(VirtAddr node, uint64_t node_to_task) {
  AddressSpace& space = kernel_.space();
  const auto next = space.pointer(node);
  const auto previous = space.pointer(node + 8);
  if (!next || !previous || *next == node) return nullptr;
  const auto back = space.pointer(*next + 8);
  const auto forth = space.pointer(*previous);
  if (!back || !forth || *back != node || *forth != node) return nullptr;
  if (const auto known = ring_by_node_.find(node.value); known != ring_by_node_.end()) return known->second;
  Ring& out = *rings_.emplace_back(std::make_unique<Ring>());
  const Walk walk = walk_list(space, node, std::min(kMostWaiters, kMostWalked - std::min(kMostWalked, walked_)));
  walked_ += walk.found.size() + 1;
  out.problem = walk.problem;
  out.waiters = 1;
  ring_by_node_.emplace(node.value, &out);
  for (const VirtAddr one : walk.found) {
    // Only what was walked to its end is the same from each of its entries.
    if (walk.complete()) ring_by_node_.emplace(one.value, &out);
    if (is_waiter(one, node_to_task)) {
      ++out.waiters;
    } else {
      out.heads.push_back(one);
    }
  }
  return &out;
}

std::optional<Waiting> WaitFinder::record_at(VirtAddr word, const Shape& shape) {
  Types& types = kernel_.types();
  const auto to_task = types.offset(shape.record, shape.task);
  const auto to_node = types.offset(shape.record, shape.node);
  const auto to_head = types.offset(shape.lock, shape.head);
  if (!to_task || !to_node || !to_head) return std::nullopt;
  const Object record = kernel_.object(shape.record, word - *to_task);
  const VirtAddr node = record.address() + *to_node;
  if (!is_waiter(node, *to_task - *to_node)) return std::nullopt;
  const Ring* ring = ring_of(node, *to_task - *to_node);
  if (ring == nullptr) return std::nullopt;

  Waiting out;
  out.kind = shape.kind;
  out.waiters = ring->waiters;
  out.how = fmt::format("struct {} at {:#x} on its stack", shape.record, record.address().value);
  if (shape.record == "rwsem_waiter") {
    const auto type = record.number("type");
    const auto write = types.enumerator("rwsem_waiter_type", "RWSEM_WAITING_FOR_WRITE");
    if (type && write) out.kind += *type == static_cast<uint64_t>(*write) ? ", to write" : ", to read";
  }
  if (ring->heads.size() == 1 && ring->problem.empty()) {
    describe_lock(ring->heads[0] - *to_head, shape, out);
    out.how += ", along the queue in which it hangs";
  } else {
    out.problem = !ring->problem.empty()
                      ? "its queue: " + ring->problem
                      : fmt::format("{} entries of its queue are on no task's stack: which is the lock cannot be told",
                                    ring->heads.size());
  }
  if (shape.record == "wait_queue_entry") describe_queue_entry(record, out);
  return out;
}

void WaitFinder::set_holder(uint64_t owner, Waiting& out) {
  if (owner == 0) {
    out.holder_note = "its owner is empty: nobody holds it, or it is being handed over";
    return;
  }
  const auto known = tasks_.find(owner);
  if (known == tasks_.end()) {
    out.holder_note = fmt::format("its owner is {:#x}, which is no task that the kernel lists", owner);
    return;
  }
  const Task& task = *known->second;
  out.holder = LockHolder{task.address(), task.pid, task.comm, task.state, false};
}

void WaitFinder::describe_lock(VirtAddr lock, const Shape& shape, Waiting& out) {
  out.at = lock;
  out.name = name_of(lock);
  const Object object = kernel_.object(shape.lock, lock);
  if (shape.lock == "mutex") {
    if (const auto owner = object.number("owner")) set_holder(*owner & ~kFlags, out);
  } else if (shape.lock == "rw_semaphore") {
    const auto owner = object.number("owner");
    if (!owner) return;
    set_holder(*owner & ~kFlags, out);
    if ((*owner & 1) == 0) return;
    // RWSEM_READER_OWNED. How many there are is in the count's upper bits since v5.3, which made the owner atomic.
    if (out.holder) out.holder->last_reader = true;
    out.holder_note = "readers have it; who came last is all that is written down";
    const auto owner_type = object.at("owner");
    const auto count = object.number("count");
    if (count && owner_type && owner_type->info().kind != TypeKind::Pointer) {
      constexpr uint64_t kReaderShift = 8;
      constexpr uint64_t kFailed = uint64_t{1} << 63;
      out.holder_note = fmt::format("readers have it, {}; who came last is all that is written down",
                                    (*count & ~kFailed) >> kReaderShift);
    }
  }
}

// Queues of one kind are told apart by the function that wakes their sleepers.
void WaitFinder::describe_queue_entry(const Object& entry, Waiting& out) {
  const auto function = entry.pointer("func");
  const std::string wake = function ? kernel_.locate(*function).function : "";
  Types& types = kernel_.types();
  const auto around = [&](Text structure, Text member) {
    const auto offset = types.offset(structure, member);
    return offset ? kernel_.object(structure, entry.address() - *offset) : Object();
  };
  if (wake == "wake_page_function") {
    const Object record = around("wait_page_queue", "wait");
    if (record.empty()) return;
    const Text member = record.has("folio") ? "folio" : "page";
    out.kind = fmt::format("a bit of a page's flags ({})", member);
    out.at = record.pointer(member).value_or(VirtAddr{});
    out.name = fmt::format("bit {}", record.number_or("bit_nr", 0));
    if (types.enumerator("pageflags", "PG_locked") == record.signed_number("bit_nr").value_or(-1))
      out.name = "PG_locked";
    if (types.enumerator("pageflags", "PG_writeback") == record.signed_number("bit_nr").value_or(-1)) {
      out.name = "PG_writeback";
    }
    out.how = fmt::format("struct wait_page_queue at {:#x} on its stack", record.address().value);
    out.holder_note = "who holds a page is written down nowhere";
    out.problem.clear();
    out.waiters = 0;  // of all pages that share the queue
  } else if (wake == "wake_bit_function") {
    const Object record = around("wait_bit_queue_entry", "wq_entry");
    if (record.empty()) return;
    out.kind = "a bit in memory";
    out.at = record.pointer("key.flags").value_or(VirtAddr{});
    out.name = fmt::format("bit {}", record.number_or("key.bit_nr", 0));
    if (const std::string& name = name_of(out.at); !name.empty()) out.name += " of " + name;
    out.how = fmt::format("struct wait_bit_queue_entry at {:#x} on its stack", record.address().value);
    out.holder_note = "who has set a bit is written down nowhere";
    out.problem.clear();
    out.waiters = 0;
  } else if (wake == "percpu_rwsem_wake_function" && !out.at.null()) {
    const auto offset = types.offset("percpu_rw_semaphore", "waiters");
    if (!offset) return;
    out.kind = "percpu rwsem";
    out.at = out.at - *offset;
    out.name = name_of(out.at);
    out.holder_note = "who has it is written down nowhere";
    const Object lock = kernel_.object("percpu_rw_semaphore", out.at);
    if (lock.number_or("block.counter", 0) != 0)
      out.holder_note = "a writer has it, or waits first; which is written down nowhere";
  }
}

const std::string& WaitFinder::name_of(VirtAddr address) {
  const auto known = names_.find(address.value);
  if (known != names_.end()) return known->second;
  return names_.emplace(address.value, find_name(address)).first->second;
}

std::string WaitFinder::find_name(VirtAddr address) {
  if (std::string out = data_symbol(kernel_, address); !out.empty()) return out;
  if (std::string out = freeze_lock_name(address); !out.empty()) return out;
  if (const Task* owner = whose_stack(address)) {
    return fmt::format("on the stack of PID {} ({})", owner->pid, owner->comm);
  }
  const auto lock = kernel_.types().field("mm_struct", "mmap_lock").has_value()
                        ? kernel_.types().offset("mm_struct", "mmap_lock")
                        : kernel_.types().offset("mm_struct", "mmap_sem");  // before v5.8
  if (!lock) return {};
  const auto mm = mms_.find(address.value - *lock);
  if (mm == mms_.end()) return {};
  return fmt::format("mmap_lock of PID {} ({})", mm->second->tgid, mm->second->comm);
}

// Those who write to a filesystem wait there while it is frozen.
std::string WaitFinder::freeze_lock_name(VirtAddr address) {
  Types& types = kernel_.types();
  const auto locks = types.field("super_block", "s_writers.rw_sem");
  const auto list = kernel_.symbol("super_blocks");
  const auto node = types.offset("super_block", "s_list");
  if (!locks || !list || !node) return {};
  constexpr size_t kMostFilesystems = 100'000;
  for (const VirtAddr one : walk_list_of(kernel_.space(), *list, *node, kMostFilesystems).found) {
    if (address - (one + locks->offset) >= info_of(strip_typedefs(locks->type)).size) continue;
    const Object super = kernel_.object("super_block", one);
    return fmt::format("of the filesystem {} ({}), which is {}", super.string("s_id").value_or("?"),
                       super.string("s_type->name").value_or("?"),
                       super.number_or("s_writers.frozen", 0) != 0 ? "frozen" : "not frozen");
  }
  return {};
}

std::optional<AsleepSince> WaitFinder::asleep_since(const Task& task) {
  // When it was last accounted for, which is when it left the CPU; else when it came to it.
  for (const Text member : {"se.exec_start", "sched_info.last_arrival"}) {
    const auto at = task.object.number(member);
    if (at && *at != 0 && *at <= now_ns()) return AsleepSince{*at, std::string(member)};
  }
  return std::nullopt;
}

uint64_t WaitFinder::now_ns() {
  if (now_) return *now_;
  uint64_t out = 0;
  for (const uint32_t cpu : kernel_.present_cpus()) {
    const auto runqueue = kernel_.per_cpu("runqueues", cpu);
    if (runqueue) out = std::max(out, kernel_.object("rq", *runqueue).number_or("clock", 0));
  }
  now_ = out;
  return out;
}

}  // namespace inquest::vmcore
