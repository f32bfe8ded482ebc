// Times as people write them on a command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "base/zone.h"

namespace inquest::app {

// "2026-02-09T15:54:50Z", "2026-02-09 07:54:50 -0800", and without an offset a local time of `zone`; seconds may be
// missing, and the time of day: a day that names no zone is one of UTC. "@1770652490.5" is seconds since 1970.
// Malformed, with what to write instead, for everything else: a local time without a zone, or one that daylight saving
// skips or repeats.
Result<Instant> parse_time_argument(const std::string& text, const std::optional<Zone>& zone);

// The same, and what journalctl takes besides (systemd.time(7)): "now", "today", "yesterday", "tomorrow", "07:55" of
// today, "-1h", "+5min", "2 hours ago", "3 days left", "Mon 2026-02-09", "2026-02-09 07:55:00 Europe/Berlin". A day
// without a time of day begins at midnight of `zone`; `now` is the present.
Result<Instant> parse_relative_time(const std::string& text, const Zone& zone, Ns now);

// A span of time: "1h 30min", "1.5 days", "90" (seconds); units as in systemd.time(7), a month of 30.44 days and a year
// of 365.25. Nothing where it is none, or longer than what nanoseconds hold.
std::optional<Ns> parse_time_span(std::string_view text);

}  // namespace inquest::app
