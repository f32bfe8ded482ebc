// foreach: a command for every task, or for those of some kind.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_tasks.h"
#include "base/text.h"

namespace inquest::app {
namespace {

// By the words of crash: a state, what kind of task it is, a PID, an address, a command.
bool admits(std::string_view word, const vmcore::Task& task) {
  const bool kernel = task.kernel_thread || task.pid == 0;
  if (word == "kernel") return kernel;
  if (word == "user") return !kernel;
  if (word == "gleader") return task.pid == task.tgid;
  if (word == "active") return task.on_cpu;
  if (core_state_matches(word, task.state) || word == task.comm) return true;
  const auto number = core_number(word);
  return number && (number == task.pid || number == task.address().value);
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto is_command = [](const std::string& word) {
    const CoreCommand* command = find_core_command(word);
    return command != nullptr && command->per_task;
  };
  const auto place = std::ranges::find_if(words, is_command);
  if (place == words.end()) {
    return fail(ErrorCode::Failed, "foreach takes a command about tasks: bt, files, vm, sig, net");
  }
  const CoreCommand* command = find_core_command(*place);
  const std::span<const std::string> wanted(words.begin(), place);
  std::vector<std::string> passed(place + 1, words.end());
  if (wanted.empty()) {
    passed.emplace_back("--every");
    return command->run(session, passed);
  }
  const vmcore::TaskList list = vmcore::read_tasks(session.kernel);
  const size_t before = passed.size();
  for (const vmcore::Task& task : list.tasks) {
    if (std::ranges::any_of(wanted, [&](const std::string& word) { return admits(word, task); })) {
      passed.push_back(fmt::format("{:#x}", task.address().value));
    }
  }
  if (passed.size() == before) {
    CoreAnswer none;
    none.text = session.json ? "{\"tasks\":[]}\n" : "no task is of that kind\n";
    none.problems = list.problems;
    return none;
  }
  return command->run(session, passed);
}

}  // namespace

extern const CoreCommand foreach_core_command;
const CoreCommand foreach_core_command = {
    .name = "foreach",
    .other_names = "",
    .synopsis = "foreach [UN|RU|IN|user|kernel|PID|COMMAND]... bt|files|vm|sig|net",
    .summary = "a command for all tasks, or for those of a state or kind",
    .run = run};

}  // namespace inquest::app
