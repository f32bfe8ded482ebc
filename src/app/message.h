// Messages for the person at the terminal, on standard error.
#pragma once

#include <string_view>

#include "app/exit_status.h"

namespace inquest::app {

// "inquest: TEXT" on a line of its own, safe for a terminal whatever the text quotes.
void complain(std::string_view text);

// Says what is wrong with the command line and where the help is. Gives ExitStatus::Usage.
ExitStatus usage_error(std::string_view text, std::string_view command = {});

}  // namespace inquest::app
