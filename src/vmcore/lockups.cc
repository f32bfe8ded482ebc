// Source: kernel/watchdog.c, kernel/time/tick-sched.c, kernel/sched/core.c.
#include "vmcore/lockups.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "vmcore/kernel_clock.h"
#include "vmcore/per_cpu_counter.h"
#include "vmcore/printk.h"

namespace inquest::vmcore {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// No tick for this long on a CPU that has work: it takes no interrupts. Guests are held up for less by their hosts.
constexpr int64_t kNoTick = 2 * kSecond;
constexpr uint64_t kUsualThreshold = 10;               // seconds: watchdog_thresh
constexpr uint64_t kInterruptFlag = uint64_t{1} << 9;  // X86_EFLAGS_IF
constexpr uint64_t kInterruptMask = uint64_t{1} << 7;  // PSR_I_BIT of arm64
constexpr size_t kCallers = 4;

// Where a CPU is that was stopped, or that looks at what went wrong: what it did before is further out on its stack.
constexpr std::array<std::string_view, 19> kStoppers = {"stop_this_cpu",
                                                        "crash_nmi_callback",
                                                        "nmi_panic",
                                                        "nmi_panic_self_stop",
                                                        "panic",
                                                        "panic_smp_self_stop",
                                                        "watchdog_timer_fn",
                                                        "__crash_kexec",
                                                        "crash_kexec",
                                                        "machine_kexec",
                                                        "local_cpu_stop",
                                                        "ipi_cpu_crash_stop",
                                                        "nmi_cpu_backtrace",
                                                        "watchdog_overflow_callback",
                                                        "sysvec_reboot",
                                                        "__sysvec_reboot",
                                                        "crash_ipi_callback",
                                                        "vpanic",
                                                        "smp_stop_nmi_callback"};

bool is_stopper(std::string_view function) {
  return std::ranges::find(kStoppers, function.substr(0, function.find('.'))) != kStoppers.end();
}

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel), clock_(read_kernel_clock(kernel)) {}

  Lockups read() {
    out_.threshold_s = global_u32(kernel_, "watchdog_thresh").value_or(0);
    const uint64_t enabled = global_u64(kernel_, "watchdog_enabled").value_or(0);
    out_.hard_watchdog = (enabled & 1) != 0;
    out_.soft_watchdog = (enabled & 2) != 0;
    find_now();
    const auto panicked = crashing_cpu(kernel_);
    for (const uint32_t cpu : kernel_.present_cpus()) {
      CpuState state;
      state.cpu = cpu;
      state.panicked = panicked == cpu;
      read_cpu(state);
      out_.cpus.push_back(std::move(state));
    }
    return std::move(out_);
  }

 private:
  // The scheduler's clocks and the times of the log are one clock. That of a CPU that is stuck stands still, and so do
  // those of all others once a panic has stopped them: what the one CPU that is left logs afterwards does not count.
  void find_now() {
    uint64_t now = 0;
    for (const uint32_t cpu : kernel_.present_cpus()) now = std::max(now, scheduler_clock(cpu).value_or(0));
    if (const auto log = read_log(kernel_.space(), kernel_.dump().vmcoreinfo())) {
      const auto panic = std::ranges::find_if(
          log->records, [](const LogRecord& record) { return record.text.starts_with("Kernel panic - not syncing"); });
      if (panic != log->records.end()) {
        now = panic->time_ns;
      } else if (!log->records.empty()) {
        now = std::max(now, log->records.back().time_ns);
      }
    } else {
      out_.problems.push_back("the log, which tells the last moment: " + log.error().text());
    }
    if (now != 0) out_.now_ns = now;
  }

  std::optional<uint64_t> scheduler_clock(uint32_t cpu) {
    const auto place = kernel_.per_cpu("runqueues", cpu);
    const auto clock = place ? kernel_.object("rq", *place).number("clock") : Result<uint64_t>(fail(Error{}));
    return clock ? std::optional(*clock) : std::nullopt;
  }

  std::optional<int64_t> ago(std::optional<uint64_t> when) const {
    if (!when || !out_.now_ns) return std::nullopt;
    return std::max<int64_t>(static_cast<int64_t>(*out_.now_ns - *when), 0);  // it may have gone on a little
  }

  std::optional<uint64_t> per_cpu_number(std::string_view symbol, uint32_t cpu) {
    const auto place = kernel_.per_cpu(symbol, cpu);
    const auto value = place ? kernel_.space().u64(*place) : Result<uint64_t>(fail(Error{}));
    return value ? std::optional(*value) : std::nullopt;
  }

  void read_cpu(CpuState& state) {
    state.current = current_task(kernel_, state.cpu);
    if (!state.current) {
      out_.problems.push_back(fmt::format("CPU {}: what ran there cannot be read", state.cpu));
      return;
    }
    state.idle = state.current->pid == 0;
    state.scheduler_ago_ns = ago(scheduler_clock(state.cpu));
    read_tick(state);
    read_watchdog(state);
    state.verdict = verdict_of(state);
    read_place(state);
    state.verdict = verdict_of(state);  // of an idle CPU it matters whether interrupts were on
  }

  void read_tick(CpuState& state) {
    const auto place = kernel_.per_cpu("tick_cpu_sched", state.cpu);
    const Object tick = place ? kernel_.object("tick_sched", *place) : Object();
    if (tick.empty()) return;
    // A bit among the flags since v6.9, where it is the second.
    state.tick_stopped =
        tick.has("tick_stopped") ? tick.number_or("tick_stopped", 0) != 0 : (tick.number_or("flags", 0) & 2) != 0;
    const auto expires = tick.number("sched_timer.node.expires");
    if (expires && *expires != 0 && clock_.monotonic_ns && !state.tick_stopped) {
      state.tick_overdue_ns = static_cast<int64_t>(static_cast<uint64_t>(*clock_.monotonic_ns) - *expires);
    }
  }

  void read_watchdog(CpuState& state) {
    // Counted in units of 2^30 ns. 0 and all ones say that it was told to wait.
    const auto touched = per_cpu_number("watchdog_touch_ts", state.cpu);
    if (touched && *touched != 0 && *touched < uint64_t{1} << 33 && out_.soft_watchdog) {
      state.watchdog_ago_ns = ago(*touched << 30);
    }
    // The number is a long, or an atomic of 4 bytes since v6.5: its low half is enough to compare.
    if (const auto seen = per_cpu_number("hrtimer_interrupts", state.cpu)) {
      state.timer_interrupts = *seen & 0xffffffff;
    }
    if (const auto checked = per_cpu_number("hrtimer_interrupts_saved", state.cpu)) {
      state.timer_interrupts_checked = *checked & 0xffffffff;
    }
  }

  bool interrupts_on(const Registers& registers) const {
    return kernel_.dump().arch().machine == Machine::Arm64 ? (registers.flags & kInterruptMask) == 0
                                                           : (registers.flags & kInterruptFlag) != 0;
  }

  void read_place(CpuState& state) {
    const Stack stack = stack_of(kernel_, *state.current);
    if (stack.frames.empty()) return;
    size_t first = 0;
    const Registers* registers = nullptr;
    for (size_t i = 0; i + 1 < stack.frames.size(); ++i) {
      const Frame& frame = stack.frames[i];
      if (is_stopper(frame.location.function)) first = i + 1;
      if (!frame.registers) continue;
      // The frame behind one that has registers is where these were. What hogs a CPU that takes interrupts is what they
      // interrupt, and not the one that came last.
      const bool skip = state.verdict == CpuVerdict::SoftLockup && entry_kind(frame.location.function) == "interrupt";
      if ((first != 0 || skip) && !stack.frames[i + 1].user) {
        first = i + 1;
        registers = &*frame.registers;
      }
      break;
    }
    // A CPU that nobody stopped is where the dump's registers say.
    if (first == 0) registers = note_of(stack);
    if (registers != nullptr && !state.panicked) state.interrupts_on = interrupts_on(*registers);
    const Frame& at = stack.frames[first];
    state.location = at.location;
    state.in_user_space = at.user;
    for (size_t i = first + 1; i < stack.frames.size() && state.callers.size() < kCallers; ++i) {
      const Frame& frame = stack.frames[i];
      if (frame.user || frame.registers) break;
      if (!frame.location.function.empty()) state.callers.push_back(frame.location.function);
    }
  }

  // The dump's registers of the CPU whose stack this is.
  const Registers* note_of(const Stack& stack) {
    const Frame& top = stack.frames[0];
    for (const CpuNote& note : kernel_.dump().cpus()) {
      if (note.registers.ip == top.ip && note.registers.sp == top.sp) return &note.registers;
    }
    return nullptr;
  }

  CpuVerdict verdict_of(const CpuState& state) const {
    const int64_t overdue = state.tick_overdue_ns.value_or(0);
    if (state.idle) {
      return overdue > kNoTick && state.interrupts_on == false ? CpuVerdict::HardLockup : CpuVerdict::Idle;
    }
    if (state.panicked) return CpuVerdict::Working;
    if (!state.scheduler_ago_ns && !state.tick_overdue_ns && !state.watchdog_ago_ns) return CpuVerdict::Unknown;
    // Another CPU may look at the clock of a run queue, so that only the absence of looks says something; the timers'
    // clock stands still with the CPU that drives it. Either will do.
    const bool no_tick = (!state.tick_stopped && state.scheduler_ago_ns.value_or(0) > kNoTick) || overdue > kNoTick;
    if (no_tick) return CpuVerdict::HardLockup;
    const auto limit = static_cast<int64_t>(out_.threshold_s != 0 ? out_.threshold_s : kUsualThreshold) * kSecond;
    if (state.watchdog_ago_ns.value_or(0) > limit) return CpuVerdict::SoftLockup;
    return CpuVerdict::Working;
  }

  Kernel& kernel_;
  KernelClock clock_;
  Lockups out_;
};

std::string seconds(int64_t ns) { return fmt::format("{:.1f} s", static_cast<double>(ns) / 1e9); }

// What it means to be in that function, for those in which CPUs are found stuck without being to blame.
std::string_view waiting_for(std::string_view function) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWaits = {{
      {"smp_call_function", "waiting for other CPUs to answer, "},
      {"native_queued_spin_lock_slowpath", "waiting for a spinlock, "},
      {"queued_spin_lock_slowpath", "waiting for a spinlock, "},
      {"__pv_queued_spin_lock_slowpath", "waiting for a spinlock, "},
      {"queued_read_lock_slowpath", "waiting for a lock, "},
      {"queued_write_lock_slowpath", "waiting for a lock, "},
  }};
  for (const auto& [name, words] : kWaits) {
    if (function.starts_with(name)) return words;
  }
  return {};
}

std::string place_of(const CpuState& state) {
  if (state.in_user_space) return "in user space";
  if (state.location.function.empty()) return "at an unknown place";
  std::string out = fmt::format("{}in {}+{:#x}/{:#x}", waiting_for(state.location.function), state.location.function,
                                state.location.offset, state.location.size);
  if (!state.location.module.empty()) out += fmt::format(" [{}]", state.location.module);
  for (const std::string& caller : state.callers) out += " < " + caller;
  return out;
}

}  // namespace

std::optional<int64_t> CpuState::stuck_ns() const {
  if (!stuck()) return std::nullopt;
  int64_t most = 0;
  if (verdict == CpuVerdict::HardLockup) {
    most = std::max(tick_overdue_ns.value_or(0), idle || tick_stopped ? 0 : scheduler_ago_ns.value_or(0));
  } else {
    most = watchdog_ago_ns.value_or(0);
  }
  return most;
}

Lockups read_lockups(Kernel& kernel) { return Reader(kernel).read(); }

std::string sentence_of(const CpuState& state) {
  std::string out = fmt::format("CPU {} ", state.cpu);
  const std::string who = state.current ? fmt::format("{} (PID {})", state.current->comm, state.current->pid)
                                        : "a task that cannot be read";
  switch (state.verdict) {
    case CpuVerdict::Idle:
      if (state.panicked) return out + fmt::format("panicked, being idle: {}", place_of(state));
      out += "was idle";
      if (state.tick_overdue_ns.value_or(0) > kNoTick) {
        out += fmt::format(", though its timer is overdue by {}", seconds(*state.tick_overdue_ns));
      }
      return out;
    case CpuVerdict::HardLockup:
      out += fmt::format("was stuck for {} without taking an interrupt", seconds(state.stuck_ns().value_or(0)));
      if (state.interrupts_on == false) out += " (they were off)";
      if (state.interrupts_on == true) out += " (though they were on)";
      return out + fmt::format(": {} {}", who, place_of(state));
    case CpuVerdict::SoftLockup:
      return out + fmt::format("was stuck for {}: it took interrupts, but {} let nothing else run, {}",
                               seconds(state.stuck_ns().value_or(0)), who, place_of(state));
    case CpuVerdict::Working:
      if (state.panicked) return out + fmt::format("panicked: {} {}", who, place_of(state));
      return out + fmt::format("worked: {} {}", who, place_of(state));
    case CpuVerdict::Unknown: break;
  }
  return out + fmt::format("ran {}: whether it was stuck cannot be told", who);
}

}  // namespace inquest::vmcore
