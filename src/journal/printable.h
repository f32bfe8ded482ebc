// What journalctl takes for text.
#pragma once

#include <string_view>

namespace inquest::journal {

// Whether it is printable ASCII alone, as nearly all text is: then neither tabs, line ends nor escapes are in it.
bool is_plain(std::string_view text);

// systemd's utf8_is_printable_newline(): valid UTF-8 without controls other than tabs and, if allowed, newlines.
bool is_printable(std::string_view text, bool newlines);

}  // namespace inquest::journal
