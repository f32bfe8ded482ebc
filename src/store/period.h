// Which stretch of time a file holds: a day of UTC, or a year where days are too far from now to have files each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inquest::store {

struct Period {
  std::string name;  // "2026-02-09", "2031"
  Ns from = 0;       // UTC, inclusive
  Ns to = 0;         // exclusive; the last of all years ends with the type
};

// Days since 1970-01-01 of an instant.
int64_t day_of(Ns time);
// Whether a sample of that time goes to a file of its day.
bool has_day_file(Ns time, Ns now);
// The period of a sample. Whoever sends whatever times can make no more files than some 400 days and 600 years have.
Period period_of(Ns time, Ns now);
// From a name; nothing where it is none.
std::optional<Period> period_named(std::string_view name);

}  // namespace inquest::store
