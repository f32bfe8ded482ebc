// Syslog's facilities by name.
#pragma once

#include <cstdint>
#include <string>

namespace inquest::record {

// "kern", "daemon", "local7" of 0 to 23, as syslog.conf spells them; the number of others.
std::string facility_name(uint32_t facility);

}  // namespace inquest::record
