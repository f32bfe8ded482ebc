// bt: stacks, of the task that crashed, of what ran on each CPU, of any task, of all.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/tasks.h"

namespace inquest::app {
namespace {

using vmcore::Frame;
using vmcore::Stack;
using vmcore::Task;

std::string place(const Frame& frame) {
  if (frame.user) return "(user space)";
  if (frame.location.function.empty()) return "(no symbol)";
  return fmt::format("{}+{:#x}/{:#x}{}", printable(frame.location.function), frame.location.offset, frame.location.size,
                     frame.location.module.empty() ? "" : " [" + printable(frame.location.module) + "]");
}

void add_registers(const vmcore::Registers& registers, std::string& out) {
  size_t column = 0;
  for (const vmcore::Register& one : registers.all) {
    out += fmt::format("{}{:>8}: {:016x}", column == 0 ? "    " : "  ", one.name, one.value);
    if (++column == 4) {
      out += '\n';
      column = 0;
    }
  }
  if (column != 0) out += '\n';
}

// "kernel/panic.c:459"; empty where not known.
std::string source_place(const vmcore::SourceFrame& source) {
  if (source.file.empty()) return {};
  return source.line == 0 ? printable(source.file) : fmt::format("{}:{}", printable(source.file), source.line);
}

// What debug information adds to a frame: the functions that were inlined there, innermost first, and the line of the
// function itself.
struct Sources {
  std::vector<vmcore::SourceFrame> inlined;
  vmcore::SourceFrame own;
};

Sources sources_of(vmcore::Kernel& kernel, const Frame& frame) {
  Sources out;
  if (frame.user) return out;
  for (vmcore::SourceFrame& one : kernel.source_frames(frame.ip, frame.return_address)) {
    if (one.inlined) {
      out.inlined.push_back(std::move(one));
    } else {
      out.own = std::move(one);
    }
  }
  return out;
}

void add_text(vmcore::Kernel& kernel, const Task& task, const Stack& stack, std::string& out) {
  out += fmt::format("PID: {:<8} TASK: {:016x}  CPU: {:<4} STATE: {}  COMMAND: \"{}\"\n", task.pid,
                     task.address().value, task.cpu, task.state, printable(task.comm));
  size_t number = 0;
  for (const Frame& frame : stack.frames) {
    const Sources sources = sources_of(kernel, frame);
    for (const vmcore::SourceFrame& one : sources.inlined) {
      out += fmt::format("{:>22} {}{} (inlined) {}\n", "", frame.reliable() ? "" : "? ", printable(one.function),
                         source_place(one));
    }
    const std::string source = source_place(sources.own);
    out += fmt::format("{:>3} [{:016x}] {}{} at {:x}{}{}\n", fmt::format("#{}", number++), frame.sp.value,
                       frame.reliable() ? "" : "? ", place(frame), frame.ip.value, source.empty() ? "" : "  ", source);
    if (!frame.registers) continue;
    if (!frame.user) out += fmt::format("    --- <{}> ---\n", vmcore::entry_kind(frame.location.function));
    add_registers(*frame.registers, out);
  }
  if (!stack.problem.empty()) out += fmt::format("    ({})\n", printable(stack.problem));
}

std::string frame_json(const Frame& frame, const vmcore::SourceFrame& source) {
  // An inlined function has no symbol: neither offset nor a place of its own on the stack.
  const bool known = !frame.location.function.empty() && !source.inlined;
  JsonObject out;
  if (source.inlined) {
    out.add("function", source.function);
  } else {
    out.raw("function", known ? core_json_string(frame.location.function) : "null");
  }
  out.add("offset", known ? std::optional(frame.location.offset) : std::nullopt);
  out.raw("module", frame.location.module.empty() ? "null" : core_json_string(frame.location.module));
  out.add("address", frame.ip).raw("reliable", frame.reliable() ? "true" : "false");
  if (frame.user) {
    out.add("context", "user");
  } else if (frame.registers && !source.inlined) {
    out.add("context", vmcore::entry_kind(frame.location.function));
  } else {
    out.raw("context", "null");
  }
  out.raw("file", source.file.empty() ? "null" : core_json_string(source.file));
  out.add("line", source.line == 0 ? std::nullopt : std::optional(source.line));
  return out.raw("inline", source.inlined ? "true" : "false").text();
}

std::string task_json(vmcore::Kernel& kernel, const Task& task, const Stack& stack) {
  std::string out =
      fmt::format("{{\"pid\":{},\"ppid\":{},\"cpu\":{},\"state\":\"{}\",\"comm\":{},\"address\":\"{:#x}\",\"frames\":[",
                  task.pid, task.ppid, task.cpu, task.state, core_json_string(task.comm), task.address().value);
  std::string_view separator = "\n";
  for (const Frame& frame : stack.frames) {
    const Sources sources = sources_of(kernel, frame);
    for (const vmcore::SourceFrame& one : sources.inlined) {
      out += std::exchange(separator, ",\n");
      out += frame_json(frame, one);
    }
    out += std::exchange(separator, ",\n");
    out += frame_json(frame, sources.own);
  }
  out += fmt::format("],\"problem\":{}}}", stack.problem.empty() ? "null" : core_json_string(stack.problem));
  return out;
}

// The tasks that the words ask for; what cannot be found goes to `problems`.
Result<std::vector<Task>> chosen(vmcore::Kernel& kernel, std::span<const std::string> words,
                                 std::vector<std::string>& problems) {
  std::vector<Task> out;
  if (words.empty()) {
    const auto cpu = vmcore::crashing_cpu(kernel);
    const auto task = vmcore::current_task(kernel, cpu.value_or(0));
    if (!cpu) problems.emplace_back("no CPU panicked: this is what ran on CPU 0");
    if (!task) return fail(ErrorCode::NotFound, "the task that ran cannot be read");
    out.push_back(*task);
    return out;
  }
  std::optional<vmcore::TaskList> all;
  const auto tasks = [&]() -> const vmcore::TaskList& {
    if (!all) {
      all = vmcore::read_tasks(kernel);
      problems.insert(problems.end(), all->problems.begin(), all->problems.end());
    }
    return *all;
  };
  for (const std::string& word : words) {
    if (word == "-a") {
      for (const uint32_t cpu : kernel.present_cpus()) {
        if (const auto task = vmcore::current_task(kernel, cpu)) {
          out.push_back(*task);
        } else {
          problems.push_back(fmt::format("CPU {}: what ran there cannot be read", cpu));
        }
      }
    } else if (word == "--every") {
      out.insert(out.end(), tasks().tasks.begin(), tasks().tasks.end());
    } else if (const auto number = core_number(word)) {
      const size_t before = out.size();
      for (const Task& task : tasks().tasks) {
        if (task.pid == *number || task.address().value == *number) out.push_back(task);
      }
      if (out.size() == before) problems.push_back(fmt::format("no task has the PID or address {}", word));
    } else {
      return fail(ErrorCode::Failed, fmt::format("bt takes -a, PIDs and addresses of tasks, not {}", word));
    }
  }
  return out;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  CoreAnswer out;
  const auto tasks = chosen(session.kernel, words, out.problems);
  if (!tasks) return fail(tasks.error());
  if (session.json) out.text = "{\"tasks\":[";
  for (const Task& task : *tasks) {
    const Stack stack = vmcore::stack_of(session.kernel, task);
    if (&task != tasks->data()) out.text += session.json ? "," : "\n";
    if (session.json) {
      out.text += '\n' + task_json(session.kernel, task, stack);
    } else {
      add_text(session.kernel, task, stack, out.text);
    }
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  const auto& files = session.kernel.debug_files().problems();
  out.problems.insert(out.problems.end(), files.begin(), files.end());
  return out;
}

}  // namespace

extern const CoreCommand bt_core_command;
const CoreCommand bt_core_command = {.name = "bt",
                                     .other_names = "backtrace",
                                     .synopsis = "bt [-a] [PID|ADDRESS]...",
                                     .summary = "stack of the task that crashed, of each CPU (-a), or of these tasks",
                                     .per_task = true,
                                     .run = run};

}  // namespace inquest::app
