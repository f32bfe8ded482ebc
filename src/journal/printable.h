// What journalctl takes for text.
#pragma once

#include <string_view>

namespace inquest::journal {

// systemd's utf8_is_printable_newline(): valid UTF-8 without controls other than tabs and, if allowed, newlines.
bool is_printable(std::string_view text, bool newlines);

}  // namespace inquest::journal
