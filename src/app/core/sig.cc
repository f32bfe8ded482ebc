// sig: the signals of tasks.
#include <array>
#include <vector>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/task_signals.h"

namespace inquest::app {
namespace {

using vmcore::QueuedSignal;
using vmcore::SignalHandler;
using vmcore::Task;
using vmcore::TaskSignals;

constexpr uint32_t kSignals = 64;

std::string names_of(uint64_t set) {
  std::string out;
  for (uint32_t signal = 1; signal <= kSignals; ++signal) {
    if ((set >> (signal - 1) & 1) != 0) out += (out.empty() ? "" : " ") + vmcore::signal_name(signal);
  }
  return out;
}

std::string flags_of(uint64_t flags) {
  struct Flag {
    uint64_t bit;
    std::string_view name;
  };
  static constexpr std::array kFlags = {Flag{1, "NOCLDSTOP"},         Flag{2, "NOCLDWAIT"},
                                        Flag{4, "SIGINFO"},           Flag{0x08000000, "ONSTACK"},
                                        Flag{0x10000000, "RESTART"},  Flag{0x40000000, "NODEFER"},
                                        Flag{0x80000000, "RESETHAND"}};
  std::string out;
  for (const Flag& one : kFlags) {
    if ((flags & one.bit) != 0) out += (out.empty() ? "" : "|") + std::string(one.name);
  }
  return out;
}

std::string handler_of(uint64_t handler) { return handler == 1 ? "ignored" : fmt::format("{:#x}", handler); }

void add_set(std::string_view title, uint64_t set, std::string& out) {
  out += fmt::format("{:>15}: {:016x}  {}", title, set, names_of(set));
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
}

std::string text_of(const Task& task, const TaskSignals& signals) {
  std::string out = core_task_line(task);
  add_set("BLOCKED", signals.blocked, out);
  add_set("PENDING", signals.pending, out);
  add_set("SHARED PENDING", signals.shared_pending, out);
  for (const QueuedSignal& one : signals.queue) {
    out += fmt::format("{:>15}: {} code {}{}{} at {:#x}\n", "QUEUED", vmcore::signal_name(one.signal), one.code,
                       one.pid != 0 ? fmt::format(" from PID {}", one.pid) : "", one.shared ? ", to the process" : "",
                       one.address.value);
  }
  for (const SignalHandler& one : signals.handlers) {
    out += fmt::format("{:>15}: {}", vmcore::signal_name(one.signal), handler_of(one.handler));
    if (const std::string flags = flags_of(one.flags); !flags.empty()) out += "  " + flags;
    if (one.mask != 0) out += fmt::format("  mask {:016x}", one.mask);
    out += '\n';
  }
  return out;
}

std::string json_of(const Task& task, const TaskSignals& signals) {
  const auto set = [](uint64_t bits) {
    std::vector<std::string> names;
    for (uint32_t signal = 1; signal <= kSignals; ++signal) {
      if ((bits >> (signal - 1) & 1) != 0) names.push_back(vmcore::signal_name(signal));
    }
    return json_array(names, [](const std::string& name) { return core_json_string(name); });
  };
  JsonObject out;
  out.add("pid", task.pid).add("task", task.address()).add("comm", task.comm);
  out.raw("blocked", set(signals.blocked)).raw("pending", set(signals.pending));
  out.raw("shared_pending", set(signals.shared_pending));
  out.raw("queue", json_array(signals.queue, [](const QueuedSignal& queued) {
            JsonObject one;
            one.add("signal", vmcore::signal_name(queued.signal)).add("code", queued.code).add("pid", queued.pid);
            return one.raw("shared", queued.shared ? "true" : "false").add("address", queued.address).text();
          }));
  out.raw("handlers", json_array(signals.handlers, [](const SignalHandler& handler) {
            JsonObject one;
            one.add("signal", vmcore::signal_name(handler.signal)).add("handler", handler_of(handler.handler));
            return one.add("flags", flags_of(handler.flags)).add("mask", handler.mask).text();
          }));
  return out.text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  CoreAnswer out;
  const auto tasks = core_tasks(session.kernel, words, out.problems);
  if (!tasks) return fail(tasks.error());
  if (session.json) out.text = "{\"tasks\":[";
  for (const Task& task : *tasks) {
    const TaskSignals signals = vmcore::signals_of(session.kernel, task);
    for (const std::string& problem : signals.problems) {
      out.problems.push_back(fmt::format("PID {}: {}", task.pid, problem));
    }
    if (&task != tasks->data()) out.text += session.json ? "," : "\n";
    out.text += session.json ? "\n" + json_of(task, signals) : text_of(task, signals);
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand sig_core_command;
const CoreCommand sig_core_command = {.name = "sig",
                                      .other_names = "signals",
                                      .synopsis = "sig [PID|ADDRESS|COMMAND]...",
                                      .summary = "a task's signals: handlers, blocked, pending",
                                      .per_task = true,
                                      .run = run};

}  // namespace inquest::app
