// waitq: who sleeps in a wait queue.
#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/expression.h"
#include "vmcore/walk.h"

namespace inquest::app {
namespace {

constexpr size_t kMostEntries = 1'000'000;

// A symbol or an address of a queue, or an expression that is one ("((struct pipe_inode_info *)ADDR)->rd_wait").
Result<vmcore::VirtAddr> queue_of(vmcore::Kernel& kernel, const std::string& text) {
  if (const auto address = core_address(kernel, text)) return *address;
  const auto value = vmcore::evaluate(kernel, text);
  if (!value) return fail(value.error());
  if (value->values.size() != 1) return fail(ErrorCode::Failed, "waitq takes one queue");
  const vmcore::Value& one = value->values[0];
  if (one.is_place && !vmcore::is_pointer(one.type)) return one.address;
  const auto number = vmcore::number_of(kernel, one);
  if (!number) return fail(number.error());
  return vmcore::VirtAddr{*number};
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty()) return fail(ErrorCode::Failed, "waitq takes the symbol or address of a wait queue");
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  vmcore::Kernel& kernel = session.kernel;
  const auto queue = queue_of(kernel, text);
  if (!queue) return fail(queue.error());
  const auto head = kernel.types().offset("wait_queue_head", "head");
  const auto node = kernel.types().offset("wait_queue_entry", "entry");
  if (!head || !node) return fail(ErrorCode::NotFound, "the type struct wait_queue_head is not known");
  const vmcore::Walk walk = vmcore::walk_list_of(kernel.space(), *queue + *head, *node, kMostEntries);
  CoreAnswer out;
  if (!walk.complete()) out.problems.push_back(walk.problem);
  std::vector<vmcore::Task> tasks;
  for (const vmcore::VirtAddr at : walk.found) {
    const auto task = kernel.object("wait_queue_entry", at).pointer("private");
    // Entries of poll() and the like belong to no task, or point to something else.
    if (task && !task->null()) tasks.push_back(vmcore::read_task(kernel, *task));
  }
  if (session.json) {
    const auto make = [](const vmcore::Task& task) {
      JsonObject one;
      one.add("pid", task.pid).add("task", task.address()).add("comm", task.comm);
      return one.add("state", std::string(1, task.state)).text();
    };
    JsonObject json;
    json.add("queue", *queue).add("entries", walk.found.size());
    out.text = json.raw("tasks", json_array(tasks, make)).text() + "\n";
    return out;
  }
  for (const vmcore::Task& task : tasks) out.text += core_task_line(task);
  if (tasks.size() < walk.found.size()) {
    out.text += fmt::format("{} of no task\n", counted(walk.found.size() - tasks.size(), "entry", "entries"));
  }
  if (walk.found.empty()) out.text = "nobody waits there\n";
  return out;
}

}  // namespace

extern const CoreCommand waitq_core_command;
const CoreCommand waitq_core_command = {.name = "waitq",
                                        .other_names = "",
                                        .synopsis = "waitq SYMBOL|ADDRESS|EXPRESSION",
                                        .summary = "who sleeps in a wait queue",
                                        .run = run};

}  // namespace inquest::app
