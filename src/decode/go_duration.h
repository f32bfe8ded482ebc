// Durations as Go programs read them from their settings.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// "10s", "1m30s", "500ms", "1.5h", "-2us" as time.ParseDuration takes them, "7d" and a bare number of seconds ("10",
// "0.5") as Telegraf takes beside (config/types.go). Nothing for other text, and where it does not fit.
std::optional<Ns> parse_go_duration(std::string_view text);

}  // namespace inquest::decode
