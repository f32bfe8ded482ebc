// What a command is. A new command is a new file in app/commands/ that defines `extern const Command NAME_command`.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/exit_status.h"

namespace CLI {
class App;
}

namespace inquest::app {

struct Example {
  std::string_view text;
  std::string_view command;
};

// What stands on the command line without an option before it.
struct Argument {
  std::string_view label;  // as in the synopsis: "EVIDENCE...", "[FILE...]"
  std::string_view text;
};

// Once the options are parsed: does the work on the arguments, as they were given. Results go to standard output
// (output.h), messages to standard error (message.h).
using Run = std::function<ExitStatus(std::span<const std::string> arguments)>;

struct Command {
  std::string_view name;                // "examine": the word on the command line, and the file's name
  std::string_view summary;             // half a line: "investigates a death: evidence in, verdict with citations out"
  std::string_view description;         // paragraphs, separated by empty lines
  std::span<const Argument> arguments;  // empty: it takes none
  std::span<const Example> examples;
  // Adds the command's options, each with a description for help and manual, and gives what runs it with their values.
  Run (*define)(CLI::App& options);
};

// All commands, sorted by name: a table generated from the files in app/commands/.
std::span<const Command* const> commands();

}  // namespace inquest::app
