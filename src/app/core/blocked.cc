// blocked: tasks that sleep where no signal wakes them, by stack, with what they wait for and who has it.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/tasks.h"
#include "vmcore/waiting.h"

namespace inquest::app {
namespace {

using vmcore::AsleepSince;
using vmcore::LockHolder;
using vmcore::Stack;
using vmcore::Task;
using vmcore::Waiting;

struct Blocked {
  const Task* task = nullptr;
  Waiting waiting;
  std::optional<AsleepSince> since;
};

struct Group {
  Stack stack;  // of the first one
  std::vector<Blocked> tasks;
};

std::string frame_name(const vmcore::Frame& frame) {
  if (frame.user) return "(user space)";
  const vmcore::Location& at = frame.location;
  if (at.function.empty()) return fmt::format("{:#x}", frame.ip.value);
  return fmt::format("{}{}+{:#x}/{:#x}{}", frame.reliable() ? "" : "? ", at.function, at.offset, at.size,
                     at.module.empty() ? "" : " [" + at.module + "]");
}

std::string key_of(const Stack& stack) {
  std::string out;
  for (const vmcore::Frame& frame : stack.frames) out += frame_name(frame) + "\n";
  return out;
}

std::vector<Group> group(vmcore::Kernel& kernel, vmcore::WaitFinder& finder, const vmcore::TaskList& list, bool all) {
  std::vector<Group> out;
  std::unordered_map<std::string, size_t> places;
  for (const Task& task : list.tasks) {
    if (task.state != 'D' && !(all && task.state == 'S')) continue;
    Stack stack = vmcore::stack_of(kernel, task);
    Blocked one{&task, finder.find(task, stack), finder.asleep_since(task)};
    const auto [place, fresh] = places.emplace(key_of(stack), out.size());
    if (fresh) out.push_back({std::move(stack), {}});
    out[place->second].tasks.push_back(std::move(one));
  }
  // Who waits longest first: what the others wait for is often there.
  const auto first = [](const Group& group) {
    uint64_t least = ~uint64_t{0};
    for (const Blocked& one : group.tasks) least = std::min(least, one.since ? one.since->ns : ~uint64_t{0});
    return least;
  };
  for (Group& group : out) {
    std::ranges::stable_sort(group.tasks, {},
                             [](const Blocked& one) { return one.since ? one.since->ns : ~uint64_t{0}; });
  }
  std::ranges::stable_sort(out, {}, first);
  return out;
}

// Tasks that wait for one another in a ring: each is held up by the next, the last by the first.
std::vector<std::vector<const Task*>> deadlocks(const std::vector<Group>& groups) {
  std::map<uint64_t, std::pair<const Task*, uint64_t>> holds_up;
  for (const Group& group : groups) {
    for (const Blocked& one : group.tasks) {
      const auto& holder = one.waiting.holder;
      if (holder && !holder->last_reader) holds_up[one.task->address().value] = {one.task, holder->task.value};
    }
  }
  std::vector<std::vector<const Task*>> out;
  std::set<uint64_t> done;
  for (const auto& [start, ignored] : holds_up) {
    std::vector<const Task*> path;
    std::map<uint64_t, size_t> place;
    uint64_t at = start;
    while (!done.contains(at) && holds_up.contains(at) && place.emplace(at, path.size()).second) {
      path.push_back(holds_up[at].first);
      at = holds_up[at].second;
    }
    if (const auto ring = place.find(at); ring != place.end() && !done.contains(at)) {
      out.emplace_back(path.begin() + static_cast<std::ptrdiff_t>(ring->second), path.end());
    }
    for (const auto& [address, index] : place) done.insert(address);
  }
  return out;
}

std::string who(const LockHolder& holder) {
  return fmt::format("PID {} \"{}\" ({}, task {:#x})", holder.pid, printable(holder.comm), holder.state,
                     holder.task.value);
}

void add_waiting(const Waiting& waiting, std::string& out) {
  constexpr std::string_view kIndent = "      ";
  if (!waiting.kind.empty()) {
    out += fmt::format("{}waits for: {}{}{}\n", kIndent, waiting.kind,
                       waiting.at.null() ? "" : fmt::format(" at {:#x}", waiting.at.value),
                       waiting.name.empty() ? "" : ", " + printable(waiting.name));
  }
  if (waiting.holder) {
    out += fmt::format("{}{}: {}\n", kIndent, waiting.holder->last_reader ? "last reader" : "held by",
                       who(*waiting.holder));
  }
  if (!waiting.holder_note.empty()) out += fmt::format("{}holder: {}\n", kIndent, printable(waiting.holder_note));
  if (!waiting.how.empty()) {
    out += fmt::format("{}found by: {}{}\n", kIndent, printable(waiting.how),
                       waiting.waiters > 1 ? fmt::format("; {} wait there", waiting.waiters) : "");
  }
  if (!waiting.problem.empty()) out += fmt::format("{}not known: {}\n", kIndent, printable(waiting.problem));
}

std::string text_of(const std::vector<Group>& groups, uint64_t now) {
  std::string out;
  for (const Group& group : groups) {
    out += fmt::format("{}{} with this stack:\n", out.empty() ? "" : "\n", counted(group.tasks.size(), "task"));
    for (const vmcore::Frame& frame : group.stack.frames) out += fmt::format("    {}\n", printable(frame_name(frame)));
    if (!group.stack.problem.empty()) out += fmt::format("    ({})\n", printable(group.stack.problem));
    for (const Blocked& one : group.tasks) {
      out += fmt::format("  PID {:<7} {:016x}  CPU {:<3} \"{}\"", one.task->pid, one.task->address().value,
                         one.task->cpu, printable(one.task->comm));
      if (one.since) {
        out += fmt::format(", for {:.3f} s (since {:.6f}, by {})", static_cast<double>(now - one.since->ns) / 1e9,
                           static_cast<double>(one.since->ns) / 1e9, one.since->source);
      }
      out += '\n';
      add_waiting(one.waiting, out);
    }
  }
  return out;
}

std::string json_of(const Blocked& one, uint64_t now) {
  const Waiting& waiting = one.waiting;
  JsonObject out;
  out.add("pid", one.task->pid).add("task", one.task->address()).add("cpu", one.task->cpu).add("comm", one.task->comm);
  if (one.since) {
    out.seconds("since", one.since->ns).seconds("seconds", now - one.since->ns).add("since_source", one.since->source);
  } else {
    out.raw("since", "null").raw("seconds", "null").raw("since_source", "null");
  }
  const auto text = [](const std::string& value) {
    return value.empty() ? std::optional<std::string>() : std::optional(value);
  };
  out.add("waits_for", text(waiting.kind));
  out.add("lock", waiting.at.null() ? std::optional<vmcore::VirtAddr>() : std::optional(waiting.at));
  out.add("name", text(waiting.name));
  if (waiting.holder) {
    const LockHolder& holder = *waiting.holder;
    JsonObject json;
    json.add("pid", holder.pid).add("task", holder.task).add("comm", holder.comm);
    json.add("state", std::string(1, holder.state)).raw("last_reader", holder.last_reader ? "true" : "false");
    out.raw("holder", json.text());
  } else {
    out.raw("holder", "null");
  }
  out.add("holder_note", text(waiting.holder_note)).add("waiters", waiting.waiters);
  return out.add("how", text(waiting.how)).add("problem", text(waiting.problem)).text();
}

std::string json_of(const Group& group, uint64_t now) {
  const auto frame = [](const vmcore::Frame& one) {
    JsonObject out;
    out.add("function", one.location.function).add("offset", one.location.offset).add("module", one.location.module);
    return out.add("address", one.ip).raw("reliable", one.reliable() ? "true" : "false").text();
  };
  JsonObject out;
  out.raw("frames", json_array(group.stack.frames, frame));
  return out.raw("tasks", json_array(group.tasks, [&](const Blocked& one) { return json_of(one, now); })).text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.size() > 1 || (words.size() == 1 && words[0] != "-S")) {
    return fail(ErrorCode::Failed, "blocked takes -S, for tasks that a signal would wake too");
  }
  const vmcore::TaskList list = vmcore::read_tasks(session.kernel);
  vmcore::WaitFinder finder(session.kernel, list);
  const std::vector<Group> groups = group(session.kernel, finder, list, !words.empty());
  const auto rings = deadlocks(groups);
  CoreAnswer out;
  out.problems = list.problems;
  if (session.json) {
    JsonObject json;
    json.raw("groups", json_array(groups, [&](const Group& one) { return json_of(one, finder.now_ns()); }));
    json.raw("deadlocks", json_array(rings, [](const auto& ring) {
               return json_array(ring, [](const Task* task) { return fmt::format("{}", task->pid); });
             }));
    out.text = json.text() + "\n";
  } else {
    out.text = groups.empty() ? "no task is in uninterruptible sleep\n" : text_of(groups, finder.now_ns());
    for (const auto& ring : rings) {
      out.text += "\nDEADLOCK: ";
      for (const Task* task : ring)
        out.text += fmt::format("PID {} \"{}\" waits for ", task->pid, printable(task->comm));
      out.text += fmt::format("PID {}\n", ring.front()->pid);
    }
  }
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand blocked_core_command;
const CoreCommand blocked_core_command = {
    .name = "blocked",
    .other_names = "hung",
    .synopsis = "blocked [-S]",
    .summary = "tasks in D state by stack: what each waits for, since when, who has it; -S sleepers too",
    .kept_words = "-S",
    .run = run};

}  // namespace inquest::app
