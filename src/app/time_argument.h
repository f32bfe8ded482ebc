// Times as people write them on a command line.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "base/zone.h"

namespace inquest::app {

// "2026-02-09T15:54:50Z", "2026-02-09 07:54:50 -0800", and without an offset a local time of `zone`; seconds may be
// missing, and the time of day: a day that names no zone is one of UTC. Malformed, with what to write instead, for
// everything else: a local time without a zone, or one that daylight saving skips or repeats.
Result<Instant> parse_time_argument(const std::string& text, const std::optional<Zone>& zone);

}  // namespace inquest::app
