// runq: what each CPU ran, and what waited for it.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/run_queues.h"

namespace inquest::app {
namespace {

using vmcore::QueuedTask;
using vmcore::RunQueue;
using vmcore::Task;

std::string line_of(const QueuedTask& one) {
  return fmt::format("  {:>{}}[{:>3}] PID {:<7} {:016x}  {}{}\n", "", 2 * std::min(one.depth, 16U), one.priority,
                     one.task.pid, one.task.address().value, printable(one.task.comm),
                     one.throttled ? " (throttled)" : "");
}

void add_text(const RunQueue& queue, std::string& out) {
  out += fmt::format("CPU {}  {:016x}  {} running, scheduler's clock {:.6f} s\n", queue.cpu, queue.address.value,
                     queue.running, static_cast<double>(queue.clock_ns) / 1e9);
  if (queue.current) {
    const Task& task = *queue.current;
    out += fmt::format("  current: PID {} {:016x}  {}, priority {}{}\n", task.pid, task.address().value,
                       printable(task.comm), queue.current_priority,
                       queue.current_class.empty() ? "" : ", " + queue.current_class);
  }
  const auto list = [&out](std::string_view title, const std::vector<QueuedTask>& tasks) {
    if (tasks.empty()) return;
    out += fmt::format(" {}:\n", title);
    for (const QueuedTask& one : tasks) out += line_of(one);
  };
  list("stopper", queue.stop);
  list("deadline", queue.deadline);
  list("real-time", queue.real_time);
  list("fair", queue.fair);
  if (queue.stop.empty() && queue.deadline.empty() && queue.real_time.empty() && queue.fair.empty())
    out += "  nothing waits\n";
}

std::string queued_json(const QueuedTask& one) {
  return JsonObject()
      .add("pid", one.task.pid)
      .add("comm", one.task.comm)
      .add("address", one.task.address())
      .add("priority", one.priority)
      .add("key", one.key)
      .add("depth", one.depth)
      .add("throttled", one.throttled)
      .text();
}

std::string queue_json(const RunQueue& queue) {
  std::string current = "null";
  if (queue.current) {
    current = JsonObject()
                  .add("pid", queue.current->pid)
                  .add("comm", queue.current->comm)
                  .add("address", queue.current->address())
                  .add("priority", queue.current_priority)
                  .add("class", queue.current_class)
                  .text();
  }
  return JsonObject()
      .add("cpu", queue.cpu)
      .add("address", queue.address)
      .seconds("clock", queue.clock_ns)
      .add("running", queue.running)
      .raw("current", current)
      .raw("stop", json_array(queue.stop, queued_json))
      .raw("deadline", json_array(queue.deadline, queued_json))
      .raw("real_time", json_array(queue.real_time, queued_json))
      .raw("fair", json_array(queue.fair, queued_json))
      .text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (!words.empty()) return fail(ErrorCode::Failed, "runq takes no words");
  vmcore::RunQueues all = vmcore::read_run_queues(session.kernel);
  CoreAnswer out;
  out.problems = std::move(all.problems);
  if (session.json) {
    out.text = JsonObject().raw("queues", json_array(all.queues, queue_json)).text() + "\n";
  } else {
    for (const RunQueue& queue : all.queues) add_text(queue, out.text);
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand runq_core_command;
const CoreCommand runq_core_command = {.name = "runq",
                                       .other_names = "",
                                       .synopsis = "runq",
                                       .summary = "what each CPU ran, and what waited for it",
                                       .run = run};

}  // namespace inquest::app
