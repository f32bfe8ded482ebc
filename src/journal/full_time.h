// Times as systemd writes them in full.
#pragma once

#include <cstdint>
#include <string>

#include "base/zone.h"

namespace inquest::journal {

// "Fri 2026-01-30 12:00:00 CET", of microseconds since 1970. After the year 2262 the last second that fits.
std::string full_time(uint64_t realtime, const Zone& zone);

}  // namespace inquest::journal
