#include "app/core_tasks.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::app {

using vmcore::Task;

Result<std::vector<Task>> core_tasks(vmcore::Kernel& kernel, std::span<const std::string> words,
                                     std::vector<std::string>& problems) {
  std::vector<Task> out;
  if (words.empty()) {
    const auto cpu = vmcore::crashing_cpu(kernel);
    const auto task = vmcore::current_task(kernel, cpu.value_or(0));
    if (!task) return fail(ErrorCode::NotFound, "the task that ran cannot be read");
    if (!cpu) problems.emplace_back("no CPU panicked: this is what ran on CPU 0");
    out.push_back(*task);
    return out;
  }
  vmcore::TaskList list = vmcore::read_tasks(kernel);
  problems.insert(problems.end(), list.problems.begin(), list.problems.end());
  if (std::ranges::find(words, "--every") != words.end()) return std::move(list.tasks);
  std::unordered_set<std::string_view> names(words.begin(), words.end());
  std::unordered_set<std::string_view> found;
  std::unordered_map<uint64_t, std::string_view> word_of;
  for (const std::string& word : words) {
    if (const auto number = core_number(word)) word_of.emplace(*number, word);
  }
  for (Task& task : list.tasks) {
    const auto by_pid = word_of.find(task.pid);
    const auto by_address = word_of.find(task.address().value);
    const auto by_name = names.find(task.comm);
    if (by_pid != word_of.end()) found.insert(by_pid->second);
    if (by_address != word_of.end()) found.insert(by_address->second);
    if (by_name != names.end()) found.insert(*by_name);
    if (by_pid != word_of.end() || by_address != word_of.end() || by_name != names.end()) {
      out.push_back(std::move(task));
    }
  }
  for (const std::string& word : words) {
    if (!found.contains(word)) {
      problems.push_back(fmt::format("no task has the PID, address or command {}", printable(word)));
    }
  }
  return out;
}

std::string core_task_line(const Task& task) {
  return fmt::format("PID: {:<8} TASK: {:016x}  CPU: {:<4} COMMAND: \"{}\"\n", task.pid, task.address().value, task.cpu,
                     printable(task.comm));
}

bool core_state_matches(std::string_view word, char state) {
  if (word.size() == 1) return word[0] == state;
  struct State {
    std::string_view word;
    char letter;
  };
  static constexpr std::array kStates = {State{"RU", 'R'}, State{"IN", 'S'}, State{"UN", 'D'}, State{"ST", 'T'},
                                         State{"TR", 't'}, State{"ZO", 'Z'}, State{"DE", 'X'}, State{"ID", 'I'}};
  return std::ranges::any_of(kStates, [&](const State& one) { return one.word == word && one.letter == state; });
}

}  // namespace inquest::app
