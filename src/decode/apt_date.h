// Dates in the logs that apt keeps.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// "2025-06-24  14:36:25" (two blanks, local time), after `label`: "Start-Date: ", "Log started: ". Civil time read as
// UTC; nothing for another text. apt-pkg/deb/dpkgpm.cc, pkgDPkgPM::OpenLog().
std::optional<Ns> parse_apt_date(std::string_view line, std::string_view label);

}  // namespace inquest::decode
