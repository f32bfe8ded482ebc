// How reports put times, windows and sizes.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/clock_map.h"

namespace inquest::report {

// In a sentence: "between 2026-02-09T15:54:50Z and 2026-02-09T15:55:07Z (17 s)",
// "2026-02-09T18:53:51Z", "after ...; nothing says how long after", "not known".
std::string window_text(const Interval& window);

// In a column: "2026-02-09T15:54:50Z", "... to ...", "after ...", "by ...", "not known".
std::string brief_window(const Interval& window);

// The end of a window in a column; "not known" without one.
std::string bound_text(const std::optional<Instant>& bound);

// The time of day of a moment: "15:54:50", with its uncertainty "15:54:50 +-2 s"; "that day" where no time of day is
// known.
std::string clock_text(const model::Moment& moment);
// Its day: "2026-02-09".
std::string day_text(const model::Moment& moment);

// How long before something was: "3 days 7 h"; where only its day is known, "3 days".
std::string age_text(Ns age, Precision precision);

// "812 B", "12.3 kB", "1.2 GB", in powers of 1000.
std::string size_text(uint64_t bytes);

}  // namespace inquest::report
