// The manual page inquest(1), in the man(7) macros.
#pragma once

#include <string>

namespace inquest::app {

// Made of the same descriptions as --help, so that the two agree.
std::string man_page();

}  // namespace inquest::app
