// Help for the terminal.
#pragma once

#include <cstddef>
#include <string>

#include "app/command.h"

namespace inquest::app {

// What `inquest COMMAND --help` shows.
std::string help_text(const Command& command, size_t width);
// What `inquest --help` shows.
std::string help_text(size_t width);
// What `inquest` alone shows: a few lines.
std::string short_usage();

}  // namespace inquest::app
