// Source: kernel/time/timer.c, kernel/time/hrtimer.c; the wheel by commit 500462a9de65 ("timers: Switch to a
// non-cascading wheel"), v4.8.
#include "vmcore/timers.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/text.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxTimers = 1'000'000;  // of all CPUs: damaged queues may all lead to the same ones
constexpr uint64_t kMaxBases = 8;
constexpr uint64_t kMaxBuckets = 4096;

int64_t difference(uint64_t later, uint64_t earlier) { return static_cast<int64_t>(later - earlier); }

std::string task_words(Kernel& kernel, const Result<Object>& task) {
  if (!task) return {};
  const auto comm = task->string("comm", 64);
  if (!comm) return {};
  return fmt::format("wakes {} (PID {})", *comm, kernel.object("task_struct", task->address()).number_or("pid", 0));
}

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel) { out_.clock = read_kernel_clock(kernel); }

  Timers read() {
    for (const uint32_t cpu : kernel_.present_cpus()) read_wheels(cpu);
    for (const uint32_t cpu : kernel_.present_cpus()) read_high_resolution(cpu);
    std::ranges::stable_sort(out_.queues, {}, &TimerQueue::cpu);
    return std::move(out_);
  }

 private:
  void problem_once(std::string text) {
    if (std::ranges::find(out_.problems, text) == out_.problems.end()) out_.problems.push_back(std::move(text));
  }

  // "standard" and "deferrable"; between them "global" since v6.10, when the first became "local".
  static std::string wheel_name(uint64_t index, uint64_t count) {
    static constexpr std::array<std::string_view, 3> kThree = {"local", "global", "deferrable"};
    static constexpr std::array<std::string_view, 2> kTwo = {"standard", "deferrable"};
    if (count == 3) return std::string(kThree[index]);
    if (count <= 2) return std::string(kTwo[index]);
    return fmt::format("wheel {}", index);
  }

  void read_wheels(uint32_t cpu) {
    const auto place = kernel_.per_cpu("timer_bases", cpu);
    if (!place || !kernel_.types().size("timer_base")) {
      problem_once("the timer wheel of this kernel is not understood");
      return;
    }
    const Type variable = kernel_.types().variable("timer_bases");
    const TypeInfo array = info_of(strip_typedefs(variable));
    // BTF knows per-CPU variables; without it, the last wheel says that it is one by its CPU number.
    const uint64_t count = array.kind == TypeKind::Array ? std::min(array.count, kMaxBases) : 2;
    const uint64_t size = kernel_.types().size("timer_base").value_or(0);
    for (uint64_t i = 0; i < count; ++i) {
      TimerQueue queue;
      queue.cpu = cpu;
      queue.name = wheel_name(i, count);
      queue.address = *place + i * size;
      read_wheel(kernel_.object("timer_base", queue.address), queue);
      std::ranges::stable_sort(queue.timers, {}, &Timer::expires);
      out_.queues.push_back(std::move(queue));
    }
  }

  void read_wheel(const Object& base, TimerQueue& queue) {
    const auto vectors = base.at("vectors");
    if (!vectors) return;
    const uint64_t buckets = std::min<uint64_t>(vectors->info().count, kMaxBuckets);
    std::vector<uint64_t> heads(buckets);
    if (const auto done = kernel_.space().read(vectors->address(), std::as_writable_bytes(std::span(heads))); !done) {
      out_.problems.push_back(fmt::format("CPU {}, {} timers: {}", queue.cpu, queue.name, done.error().text()));
      return;
    }
    for (const uint64_t head : heads) {
      if (head == 0) continue;
      const Walk walk = walk_chain(kernel_.space(), {head}, 0, kMaxTimers - read_);
      read_ += walk.found.size();
      if (!walk.complete()) {
        out_.problems.push_back(fmt::format("CPU {}, {} timers: {}", queue.cpu, queue.name, walk.problem));
      }
      for (const VirtAddr one : walk.found) add_wheel_timer(one, queue);
    }
  }

  void add_wheel_timer(VirtAddr address, TimerQueue& queue) {
    const Object timer = kernel_.object("timer_list", address);
    Timer out;
    out.address = address;
    out.expires = timer.number_or("expires", 0);
    if (out_.clock.jiffies && out_.clock.hz) {
      // Jiffies begin five minutes before they wrap: differences do not mind.
      const double seconds = static_cast<double>(difference(out.expires, *out_.clock.jiffies)) / *out_.clock.hz;
      out.remaining_ns = static_cast<int64_t>(std::clamp(seconds, -9e9, 9e9) * 1e9);
    }
    if (const auto function = timer.pointer("function")) set_function(out, *function);
    if (out.location.function == "delayed_work_timer_fn") {
      if (const auto work = timer.container("delayed_work", "timer")) {
        const Location location = kernel_.locate(work->pointer("work.func").value_or(VirtAddr{}));
        if (!location.function.empty()) out.purpose = "work " + location.function;
      }
    } else if (out.location.function == "process_timeout") {
      if (const auto sleeper = timer.container("process_timer", "timer")) {
        out.purpose = task_words(kernel_, sleeper->follow("task"));
      }
    }
    queue.timers.push_back(std::move(out));
  }

  void set_function(Timer& timer, VirtAddr function) {
    timer.function = function;
    timer.location = kernel_.locate(function);
  }

  void read_high_resolution(uint32_t cpu) {
    const auto place = kernel_.per_cpu("hrtimer_bases", cpu);
    const Object base = place ? kernel_.object("hrtimer_cpu_base", *place) : Object();
    const auto clocks = base.at("clock_base");
    if (!clocks) {
      problem_once("the high-resolution timers of this kernel are not understood");
      return;
    }
    const uint64_t count = std::min<uint64_t>(clocks->info().count, kMaxBases * 2);
    for (uint64_t i = 0; i < count; ++i) {
      const auto clock = clocks->element(i);
      if (clock) read_clock(cpu, i, count, *clock);
    }
  }

  void read_clock(uint32_t cpu, uint64_t index, uint64_t count, const Object& clock) {
    static constexpr std::array<std::string_view, 4> kNames = {"monotonic", "realtime", "boottime", "tai"};
    static constexpr std::array<int, 4> kIds = {1, 0, 7, 11};  // CLOCK_MONOTONIC ...
    TimerQueue queue;
    queue.cpu = cpu;
    queue.high_resolution = true;
    queue.address = clock.address();
    // By the id that the queue has, for their order has changed; the second half expires in soft interrupts (v4.16).
    const auto id = static_cast<int>(clock.signed_number("clockid").value_or(-1));
    const auto known = std::ranges::find(kIds, id);
    const auto which = static_cast<size_t>(known - kIds.begin());
    queue.name = known == kIds.end() ? fmt::format("clock {}", id) : std::string(kNames[which]);
    if (count > kNames.size() && index >= count / 2) queue.name += " soft";

    const auto active = clock.at("active");
    const auto node = kernel_.types().offset("hrtimer", "node");
    if (!active || !node) return;
    const Walk walk = walk_rbtree(kernel_.space(), active->address(), kMaxTimers - read_);
    read_ += walk.found.size();
    if (!walk.complete()) {
      out_.problems.push_back(fmt::format("CPU {}, {} timers: {}", cpu, queue.name, walk.problem));
    }
    std::optional<int64_t> now = out_.clock.monotonic_ns;
    const std::array<int64_t, 4> offsets = {0, out_.clock.real_offset_ns, out_.clock.boot_offset_ns,
                                            out_.clock.tai_offset_ns};
    if (now && which < offsets.size())
      now = static_cast<int64_t>(static_cast<uint64_t>(*now) + static_cast<uint64_t>(offsets[which]));
    for (const VirtAddr one : walk.found) {
      const Object timer = kernel_.object("hrtimer", one - *node);
      Timer out;
      out.address = timer.address();
      out.expires = timer.number_or("node.expires", 0);
      if (now) out.remaining_ns = difference(out.expires, static_cast<uint64_t>(*now));
      if (const auto function = timer.pointer("function")) set_function(out, *function);
      if (out.location.function == "hrtimer_wakeup") {
        if (const auto sleeper = timer.container("hrtimer_sleeper", "timer")) {
          out.purpose = task_words(kernel_, sleeper->follow("task"));
        }
      }
      queue.timers.push_back(std::move(out));
    }
    out_.queues.push_back(std::move(queue));
  }

  Kernel& kernel_;
  size_t read_ = 0;  // timers so far
  Timers out_;
};

}  // namespace

Timers read_timers(Kernel& kernel) { return Reader(kernel).read(); }

}  // namespace inquest::vmcore
