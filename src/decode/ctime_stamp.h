// Dates in the words of a locale, as `dmesg -T` and other users of strftime() and ctime() print them.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

// The civil time that words like "Mon Feb  9 10:53:52 2026" or "Mo, 9. Feb 2026, 10:53:52" mean: a time of day with
// seconds, a year of four digits, a day and a month, in any order. Months are known by their English names and by the
// abbreviations of a dozen other languages, or as a number with its character ("2月").
struct CtimeStamp {
  bool dated = false;       // a time of day and a year stand there ...
  std::optional<Ns> local;  // ... and the whole was understood; read as if it were UTC
};
CtimeStamp parse_ctime_stamp(std::string_view words);

// A month from its name or abbreviation in one of those languages, 1 to 12, or 0.
int month_from_any_name(std::string_view name);

}  // namespace inquest::decode
