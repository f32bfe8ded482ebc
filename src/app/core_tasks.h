// Which tasks a command of `inquest core` is about.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/core_command.h"
#include "vmcore/tasks.h"

namespace inquest::app {

// PIDs, addresses of tasks and commands ("kworker/0:1"); "--every" for all tasks; without a word the task that ran
// where the kernel crashed. What is not found goes to `problems`. An error where nothing at all can be read.
Result<std::vector<vmcore::Task>> core_tasks(vmcore::Kernel& kernel, std::span<const std::string> words,
                                             std::vector<std::string>& problems);

// "PID: 7        TASK: ff11000003a20000  CPU: 1    COMMAND: "sh"", as crash begins what it says of a task.
std::string core_task_line(const vmcore::Task& task);
// Whether `state` is what crash calls it by: "RU", "IN", "UN", "ST", "TR", "ZO", "DE", "ID", or the letter of ps(1).
bool core_state_matches(std::string_view word, char state);

}  // namespace inquest::app
