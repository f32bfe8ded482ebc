// Debug information that servers have, by build id.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inquest::vmcore {

// Asks the servers in $DEBUGINFOD_URLS, or libdebuginfod's cache of earlier answers, and gives the path of what it
// fetched; nothing where the library is not installed, no server is named, or none has it. May take minutes. The
// library is loaded only here: whoever asks nobody needs neither it nor what it brings along.
std::optional<std::string> ask_debuginfod(std::string_view build_id);

}  // namespace inquest::vmcore
