// Dates made of numbers, as firmware and its tools print them.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// "01/31/2026" and "01/31/26" (month first), "31.01.2026" (day first), "2026-01-31": midnight of that day, read as
// UTC. Nothing for another text or a date that does not exist.
std::optional<Ns> parse_numeric_date(std::string_view text);

// "23:17:01", "23:17", "11:17:01 PM": time since midnight.
std::optional<Ns> parse_clock_time(std::string_view text);

}  // namespace inquest::decode
