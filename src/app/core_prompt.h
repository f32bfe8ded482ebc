// `inquest core` without a command: asks at the terminal, or takes commands from a pipe.
#pragma once

#include <cstdio>
#include <functional>
#include <optional>
#include <string_view>

#include "app/core_command.h"
#include "app/exit_status.h"

namespace inquest::app {

// Runs one line and prints its answer.
using RunCoreLine = std::function<ExitStatus(std::string_view line)>;

// Until `exit` or the end of input. Lines are edited, completed (commands, symbols, types, members) and remembered, in
// $XDG_STATE_HOME/inquest/core_history. An answer that is longer than the screen goes to $PAGER, or less(1); `COMMAND |
// PROGRAM` sends it to a program. Each command runs in a process of its own, so that ^C stops it, whatever it does.
ExitStatus core_prompt(CoreSession& session, const RunCoreLine& run);

// Line by line, without a prompt; empty ones and comments (#) are passed over. Nothing where no command came. The
// status is that of the last line that failed.
std::optional<ExitStatus> core_lines(std::FILE* in, const RunCoreLine& run);

}  // namespace inquest::app
