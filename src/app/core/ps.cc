// ps: all tasks.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"
#include "vmcore/tasks.h"

namespace inquest::app {
namespace {

struct Filter {
  bool kernel = true, user = true, leaders_only = false;
  bool by_memory = false, by_time = false;
  std::vector<std::string_view> names;  // a PID or a command each; empty: all
};

Result<Filter> parse(std::span<const std::string> words) {
  Filter out;
  for (const std::string& word : words) {
    if (word == "-k") {
      out.user = false;
    } else if (word == "-u") {
      out.kernel = false;
    } else if (word == "-G") {
      out.leaders_only = true;
    } else if (word == "-m") {
      out.by_memory = true;
    } else if (word == "-l") {
      out.by_time = true;
    } else if (word.starts_with("-")) {
      return fail(ErrorCode::Failed, fmt::format("ps takes -k, -u, -G, -m, -l, PIDs and commands, not {}", word));
    } else {
      out.names.push_back(word);
    }
  }
  return out;
}

bool admits(const Filter& filter, const vmcore::Task& task) {
  const bool kernel = task.kernel_thread || task.pid == 0;
  if (kernel ? !filter.kernel : !filter.user) return false;
  if (filter.leaders_only && task.pid != task.tgid) return false;
  return filter.names.empty() || std::ranges::any_of(filter.names, [&](std::string_view name) {
           return name == task.comm || core_number(name) == task.pid || core_number(name) == task.address().value;
         });
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto filter = parse(words);
  if (!filter) return fail(filter.error());
  vmcore::TaskList list = vmcore::read_tasks(session.kernel);
  std::erase_if(list.tasks, [&](const vmcore::Task& task) { return !admits(*filter, task); });
  if (filter->by_memory) std::ranges::stable_sort(list.tasks, std::greater(), &vmcore::Task::rss_pages);
  if (filter->by_time) std::ranges::stable_sort(list.tasks, std::greater(), &vmcore::Task::run_time_ns);
  const uint64_t page = session.kernel.dump().memory().page_size();

  CoreAnswer out;
  out.problems = std::move(list.problems);
  out.text = session.json ? "{\"tasks\":["
                          : fmt::format("  {:>7} {:>7} {:>4}  {:<16}  {:<2} {:>10} {:>10} {:>12}  {}\n", "PID", "PPID",
                                        "CPU", "TASK", "ST", "RSS KiB", "VSZ KiB", "RUN s", "COMMAND");
  for (const vmcore::Task& task : list.tasks) {
    const double seconds = static_cast<double>(task.run_time_ns) / 1e9;
    if (session.json) {
      out.text += fmt::format(
          "{}\n{{\"pid\":{},\"tgid\":{},\"ppid\":{},\"cpu\":{},\"state\":\"{}\",\"comm\":{},\"address\":\"{:#x}\","
          "\"kernel\":{},\"on_cpu\":{},\"rss\":{},\"size\":{},\"run_time\":{:.9f},\"frames\":[]}}",
          &task == list.tasks.data() ? "" : ",", task.pid, task.tgid, task.ppid, task.cpu, task.state,
          core_json_string(task.comm), task.address().value, task.kernel_thread, task.on_cpu, task.rss_pages * page,
          task.size_pages * page, seconds);
      continue;
    }
    const bool kernel = task.kernel_thread || task.pid == 0;
    out.text += fmt::format("{} {:>7} {:>7} {:>4}  {:016x}  {:<2} {:>10} {:>10} {:>12.3f}  {}\n",
                            task.on_cpu ? '>' : ' ', task.pid, task.ppid, task.cpu, task.address().value, task.state,
                            task.rss_pages * page / 1024, task.size_pages * page / 1024, seconds,
                            kernel ? "[" + printable(task.comm) + "]" : printable(task.comm));
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand ps_core_command;
const CoreCommand ps_core_command = {
    .name = "ps",
    .other_names = "tasks",
    .synopsis = "ps [-k|-u] [-G] [-m|-l] [PID|COMMAND]...",
    .summary = "tasks and threads; -k kernel threads, -u processes, -G leaders, -m by memory, -l by run time",
    .run = run};

}  // namespace inquest::app
