// Messages without the formatting that programs put into them.
#pragma once

#include <string>
#include <string_view>

namespace inquest::journal {

// Whether plainer() would change anything.
bool needs_plainer(std::string_view text);

// systemd's strip_tab_ansi(): tabs become eight spaces; colours (ESC [ ... m), links and titles (ESC ] ... BEL) and
// carriage returns before a line end or the end go. All else stays as it is.
std::string plainer(std::string_view text);

}  // namespace inquest::journal
