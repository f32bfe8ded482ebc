// What a sleeping task waits for, and who has it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"
#include "vmcore/unwind.h"

namespace inquest::vmcore {

// A task that a lock names as its owner.
struct LockHolder {
  VirtAddr task;
  uint32_t pid = 0;
  std::string comm;
  char state = '?';
  // Of a lock that readers share only who came last is written down, and it may have left already.
  bool last_reader = false;
};

struct Waiting {
  std::string kind;                  // "mutex", "rwsem, to read", "completion", "wait queue"; empty: not found
  VirtAddr at;                       // the lock itself, of kinds that have one; null where it was not found
  std::string name;                  // a symbol and an offset, "mmap_lock of PID 7 (sh)"; empty where none is known
  std::optional<LockHolder> holder;  // none where the kind has none, or nobody has it
  std::string holder_note;           // what else the lock says of who has it
  size_t waiters = 0;                // in the queue, this one too; 0: not known
  std::string how;                   // how it was found, with addresses
  std::string problem;               // why no more can be said; empty where all was found
};

// When a task stopped running, on the clock of the scheduler, which counts from boot.
struct AsleepSince {
  uint64_t ns = 0;
  std::string source;  // the member that says it
};

// Finds the record of waiting (struct mutex_waiter and its like) that a task left on its own stack, and goes along the
// queue in which it hangs to the lock. A record counts only where it names the task, lies in the frame of a function
// that waits so, and its neighbours in the queue point back to it; the lock is the one entry of the queue that is on no
// task's stack. So a number left over from an earlier call is not taken for a lock. Kernels that name the lock in the
// task (pi_blocked_on, blocker) are believed.
//
// The kernel and the list of tasks must outlive it.
//
// Source: kernel/locking/{mutex,rwsem,semaphore,rtmutex,percpu-rwsem}.c, kernel/sched/{completion,wait_bit}.c,
// mm/filemap.c (v5.4 to v6.16).
class WaitFinder {
 public:
  WaitFinder(Kernel& kernel, const TaskList& tasks);
  ~WaitFinder();

  Waiting find(const Task& task, const Stack& stack);
  // Nothing where the kernel keeps no such times.
  std::optional<AsleepSince> asleep_since(const Task& task);
  // The scheduler's clock when the machine stopped, as far as any CPU had brought it.
  uint64_t now_ns();

 private:
  struct Shape;
  struct Ring;

  std::optional<Waiting> named_in_task(const Task& task);
  std::optional<Waiting> on_stack(const Task& task, const Stack& stack);
  std::optional<Waiting> record_at(VirtAddr word, const Shape& shape);
  const Ring* ring_of(VirtAddr node, uint64_t node_to_task);
  bool is_waiter(VirtAddr node, uint64_t node_to_task);
  const Task* whose_stack(VirtAddr address) const;
  void describe_lock(VirtAddr lock, const Shape& shape, Waiting& out);
  void describe_queue_entry(const Object& entry, Waiting& out);
  void set_holder(uint64_t owner, Waiting& out);
  const std::string& name_of(VirtAddr address);
  std::string find_name(VirtAddr address);
  std::string freeze_lock_name(VirtAddr address);

  Kernel& kernel_;
  std::unordered_map<uint64_t, const Task*> tasks_;  // by address
  std::unordered_map<uint64_t, const Task*> mms_;    // by the mm's address, its first user
  std::map<uint64_t, const Task*> stacks_;           // by where the stack begins
  uint64_t stack_bytes_ = 0;
  // Thousands may wait in one queue: it is walked once, and known by each of its entries.
  std::vector<std::unique_ptr<Ring>> rings_;
  std::unordered_map<uint64_t, const Ring*> ring_by_node_;
  size_t walked_ = 0;
  std::unordered_map<uint64_t, std::string> names_;
  std::optional<uint64_t> now_;
};

// "jiffies", "tasklist_lock+0x8", "nf_conntrack_locks [nf_conntrack]": what lies at an address of the kernel's or a
// module's own data. Empty where that is no symbol's.
std::string data_symbol(Kernel& kernel, VirtAddr address);

}  // namespace inquest::vmcore
