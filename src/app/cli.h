// The command line: which command, with which options.
#pragma once

#include <span>
#include <string>

#include "app/exit_status.h"

namespace CLI {
class App;
}

namespace inquest::app {

// Runs what the arguments (without the program's name) ask for.
ExitStatus run(std::span<const std::string> arguments);

// The option --help, which every command has.
void define_help(CLI::App& options);

}  // namespace inquest::app
