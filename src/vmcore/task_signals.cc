#include "vmcore/task_signals.h"

#include <array>

#include <fmt/format.h>

#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr uint32_t kSignals = 64;
constexpr size_t kMostQueued = 100'000;

void read_queue(Kernel& kernel, const Result<Object>& pending, bool shared, TaskSignals& out) {
  const auto head = pending ? pending->at("list") : pending;
  const auto node = kernel.types().offset("sigqueue", "list");
  if (!head || !node) return;
  const Walk walk = walk_list_of(kernel.space(), head->address(), *node, kMostQueued);
  if (!walk.complete()) out.problems.push_back("the queue of signals: " + walk.problem);
  for (const VirtAddr at : walk.found) {
    const Object entry = kernel.object("sigqueue", at);
    QueuedSignal one;
    one.address = at;
    one.shared = shared;
    one.signal = static_cast<uint32_t>(entry.number_or("info.si_signo", 0));
    one.code = static_cast<int32_t>(entry.signed_number("info.si_code").value_or(0));
    // SI_USER and what comes from other processes has the sender first (_kill, _rt); SI_KERNEL has none.
    constexpr int32_t kKernel = 0x80;
    if (one.code <= 0) one.pid = static_cast<int32_t>(entry.number_or("info._sifields._kill._pid", 0));
    if (one.code == kKernel) one.pid = 0;
    out.queue.push_back(one);
  }
}

}  // namespace

TaskSignals signals_of(Kernel& kernel, const Task& task) {
  TaskSignals out;
  const Object& object = task.object;
  const auto set = [&](std::string_view path) -> uint64_t {
    const auto value = object.number(path);
    if (!value) out.problems.push_back(fmt::format("{}: {}", path, value.error().text()));
    return value.value_or(0);
  };
  out.blocked = set("blocked.sig[0]");
  out.pending = set("pending.signal.sig[0]");
  if (const auto actions = object.follow("sighand")) {
    for (uint32_t i = 0; i < kSignals; ++i) {
      const auto action = actions->at(fmt::format("action[{}].sa", i));
      const auto handler = action ? action->number("sa_handler") : Result<uint64_t>(fail(action.error()));
      if (!handler) {
        out.problems.push_back("the handlers: " + handler.error().text());
        break;
      }
      if (*handler == 0) continue;
      out.handlers.push_back(
          {i + 1, *handler, action->number_or("sa_flags", 0), action->number_or("sa_mask.sig[0]", 0)});
    }
  }
  read_queue(kernel, object.at("pending"), false, out);
  // A task that was released has neither.
  if (const auto process = object.follow("signal")) {
    out.shared_pending = process->number_or("shared_pending.signal.sig[0]", 0);
    read_queue(kernel, process->at("shared_pending"), true, out);
  }
  return out;
}

std::string signal_name(uint32_t signal) {
  static constexpr std::array<std::string_view, 32> kNames = {
      "",     "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
      "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
      "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};
  constexpr uint32_t kFirstRealTime = 34;  // as glibc counts: it keeps two for itself
  if (signal == 0 || signal > kSignals) return fmt::format("SIG{}", signal);
  if (signal < kNames.size()) return fmt::format("SIG{}", kNames[signal]);
  if (signal < kFirstRealTime) return fmt::format("SIG{}", signal);
  return signal == kFirstRealTime ? "SIGRTMIN" : fmt::format("SIGRTMIN+{}", signal - kFirstRealTime);
}

}  // namespace inquest::vmcore
