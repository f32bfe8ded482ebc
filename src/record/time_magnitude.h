// What a time counts, told by how many digits it has.
#pragma once

#include <optional>
#include <string_view>

#include "store/line_protocol.h"

namespace inquest::record {

// For senders that are free in what they count, and do not say: collectd sends milliseconds where Proxmox VE sends
// nanoseconds. Times from 2001 to 2286 have 10 digits in seconds, 13 in milliseconds, 16 in microseconds and 19 in
// nanoseconds. Looks at the first line that has a time; nothing where none has, or its digits are other than these.
std::optional<store::TimeUnit> unit_by_magnitude(std::string_view lines);

}  // namespace inquest::record
