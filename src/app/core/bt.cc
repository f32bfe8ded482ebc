// bt: stacks, of the task that crashed, of what ran on each CPU, of any task, of all.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/arguments.h"
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
    out += fmt::format("{}{:>7}: {:016x}", column == 0 ? "" : "  ", one.name, one.value);
    if (++column == 3) {
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
struct Source {
  vmcore::SourceFrame place;
  std::vector<vmcore::Argument> arguments;
};
struct Sources {
  std::vector<Source> inlined;
  Source own;
};

using FrameArguments = std::vector<std::vector<vmcore::Argument>>;

// As the kernel's programmers would read it: numbers with their sign, what is long or an address in hexadecimal digits.
std::string number_text(const vmcore::Argument& argument) {
  using vmcore::TypeKind;
  const uint64_t value = *argument.value;
  const uint64_t bits = std::clamp<uint64_t>(argument.info.size, 1, 8) * 8;
  if (argument.info.kind == TypeKind::Pointer || argument.info.kind == TypeKind::Array)
    return fmt::format("{:#x}", value);
  if (argument.info.is_bool) return value != 0 ? "true" : "false";
  if (argument.info.is_signed) return fmt::format("{}", static_cast<int64_t>(value << (64 - bits)) >> (64 - bits));
  return value > 0xffff ? fmt::format("{:#x}", value) : fmt::format("{}", value);
}

std::string argument_text(vmcore::Kernel& kernel, const vmcore::Argument& argument) {
  constexpr size_t kLongestText = 32;
  std::string out = printable(argument.name.empty() ? "?" : argument.name) + "=";
  if (!argument.value) return out + "<optimized out>";
  if (argument.in_memory) return out + fmt::format("{{at {:#x}}}", *argument.value);
  out += number_text(argument);
  if (!argument.is_text || *argument.value >> 63 == 0) return out;
  const auto text = kernel.space().cstring({*argument.value}, 4096);
  if (!text) return out;
  return out +
         fmt::format(" \"{}\"{}", printable(text->substr(0, kLongestText)), text->size() > kLongestText ? "..." : "");
}

// Lines of at most this width, below their frame; nothing where the function takes none.
void add_arguments(vmcore::Kernel& kernel, const std::vector<vmcore::Argument>& arguments, std::string& out) {
  constexpr size_t kWidth = 80;
  std::string line;
  for (const vmcore::Argument& one : arguments) {
    std::string text = argument_text(kernel, one) + (&one == &arguments.back() ? "" : ",");
    if (!line.empty() && line.size() + 1 + text.size() > kWidth) out += std::exchange(line, {}) + '\n';
    line += (line.empty() ? std::string(8, ' ') : " ") + text;
  }
  if (!line.empty()) out += line + '\n';
}

Sources sources_of(vmcore::Kernel& kernel, const Frame& frame, const FrameArguments& arguments) {
  Sources out;
  if (frame.user) return out;
  size_t number = 0;
  for (vmcore::SourceFrame& one : kernel.source_frames(frame.ip, frame.return_address)) {
    Source source{std::move(one), number < arguments.size() ? arguments[number] : std::vector<vmcore::Argument>()};
    ++number;
    if (source.place.inlined) {
      out.inlined.push_back(std::move(source));
    } else {
      out.own = std::move(source);
    }
  }
  return out;
}

void add_text(vmcore::Kernel& kernel, const Task& task, const Stack& stack, std::string& out) {
  const bool named = task.known() || !task.comm.empty();
  out += fmt::format("PID: {:<8} TASK: {:016x}  CPU: {:<4} STATE: {}  COMMAND: {}\n",
                     named ? fmt::format("{}", task.pid) : "?", task.address().value, task.cpu, task.state,
                     named ? '"' + printable(task.comm) + '"' : "?");
  const auto arguments = vmcore::arguments_of(kernel, stack);
  size_t number = 0;
  for (const Frame& frame : stack.frames) {
    const Sources sources = sources_of(kernel, frame, arguments[number]);
    for (const auto& [one, passed] : sources.inlined) {
      out += fmt::format("{:>22} {}{} (inlined) {}\n", "", frame.reliable() ? "" : "? ", printable(one.function),
                         source_place(one));
      add_arguments(kernel, passed, out);
    }
    const std::string source = source_place(sources.own.place);
    out += fmt::format("{:>3} [{:016x}] {}{} at {:x}{}{}\n", fmt::format("#{}", number++), frame.sp.value,
                       frame.reliable() ? "" : "? ", place(frame), frame.ip.value, source.empty() ? "" : "  ", source);
    add_arguments(kernel, sources.own.arguments, out);
    if (!frame.registers) continue;
    if (!frame.user) out += fmt::format("    --- <{}> ---\n", vmcore::entry_kind(frame.location.function));
    add_registers(*frame.registers, out);
  }
  if (!stack.problem.empty()) out += fmt::format("    ({})\n", printable(stack.problem));
}

std::string argument_json(const vmcore::Argument& argument) {
  JsonObject out;
  out.add("name", argument.name).add("type", argument.type);
  return out.raw("value", argument.value ? core_json_string(number_text(argument)) : "null").text();
}

std::string frame_json(const Frame& frame, const Source& of) {
  const vmcore::SourceFrame& source = of.place;
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
  out.raw("inline", source.inlined ? "true" : "false");
  if (!of.arguments.empty()) out.raw("arguments", json_array(of.arguments, argument_json));
  return out.text();
}

std::string task_json(vmcore::Kernel& kernel, const Task& task, const Stack& stack) {
  const bool named = task.known() || !task.comm.empty();
  std::string out =
      fmt::format("{{\"pid\":{},\"ppid\":{},\"cpu\":{},\"state\":\"{}\",\"comm\":{},\"address\":\"{:#x}\",\"frames\":[",
                  named ? fmt::format("{}", task.pid) : "null", task.known() ? fmt::format("{}", task.ppid) : "null",
                  task.cpu, task.state, named ? core_json_string(task.comm) : "null", task.address().value);
  std::string_view separator = "\n";
  const auto arguments = vmcore::arguments_of(kernel, stack);
  size_t number = 0;
  for (const Frame& frame : stack.frames) {
    const Sources sources = sources_of(kernel, frame, arguments[number++]);
    for (const Source& one : sources.inlined) {
      out += std::exchange(separator, ",\n");
      out += frame_json(frame, one);
    }
    out += std::exchange(separator, ",\n");
    out += frame_json(frame, sources.own);
  }
  out += fmt::format("],\"problem\":{}}}", stack.problem.empty() ? "null" : core_json_string(stack.problem));
  return out;
}

// What ran where the kernel's data does not tell: of the CPU whose report is in the log, or of all.
Result<std::vector<Task>> noted(vmcore::Kernel& kernel, bool one, std::vector<std::string>& problems) {
  std::vector<Task> out = vmcore::noted_tasks(kernel);
  if (out.empty()) return fail(ErrorCode::NotFound, "the task that ran cannot be read");
  problems.emplace_back("the kernel does not tell what ran: these are the registers that the dump has of its CPUs");
  const auto named = [](const Task& task) { return !task.comm.empty(); };
  if (one && std::ranges::any_of(out, named)) std::erase_if(out, [&](const Task& task) { return !named(task); });
  return out;
}

constexpr uint64_t kMostCpus = 8192;

// The tasks that the words ask for; what cannot be found goes to `problems`.
Result<std::vector<Task>> chosen(vmcore::Kernel& kernel, std::span<const std::string> words,
                                 std::vector<std::string>& problems) {
  std::vector<Task> out;
  if (words.empty()) {
    const auto cpu = vmcore::crashing_cpu(kernel);
    const auto task = vmcore::current_task(kernel, cpu.value_or(0));
    if (!task) return noted(kernel, true, problems);
    if (!cpu) problems.emplace_back("no CPU panicked: this is what ran on CPU 0");
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
  for (size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "-l" || word == "-s") continue;  // lines and offsets are always told
    if (word == "-c") {
      const auto cpu = at + 1 < words.size() ? core_number(words[++at]) : std::nullopt;
      const auto task =
          cpu && *cpu < kMostCpus ? vmcore::current_task(kernel, static_cast<uint32_t>(*cpu)) : std::nullopt;
      if (!cpu) return fail(ErrorCode::Failed, "bt -c takes the number of a CPU");
      if (!task) {
        problems.push_back(fmt::format("CPU {}: what ran there cannot be read", *cpu));
      } else {
        out.push_back(*task);
      }
      continue;
    }
    if (word == "-a" && kernel.present_cpus().empty()) {
      auto all_cpus = noted(kernel, false, problems);
      if (!all_cpus) return all_cpus;
      out.insert(out.end(), all_cpus->begin(), all_cpus->end());
    } else if (word == "-a") {
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
      return fail(ErrorCode::Failed, fmt::format("bt takes -a, -c CPU, PIDs and addresses of tasks, not {}", word));
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
const CoreCommand bt_core_command = {
    .name = "bt",
    .other_names = "backtrace",
    .synopsis = "bt [-a|-c CPU] [PID|ADDRESS]...",
    .summary = "stack of the task that crashed, of each CPU (-a), of one, or of these tasks",
    .per_task = true,
    .run = run};

}  // namespace inquest::app
