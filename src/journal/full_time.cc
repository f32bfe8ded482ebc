#include "journal/full_time.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/time.h"

namespace inquest::journal {

std::string full_time(uint64_t realtime, const Zone& zone) {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const Ns utc = static_cast<Ns>(std::min<uint64_t>(realtime / 1'000'000, 9'223'000'000)) * kSecond;
  const Civil c = to_civil(utc + zone.offset_at(utc));
  return fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02}:{:02} {}",
                     kDays[static_cast<size_t>(weekday(days_from_civil(c.year, c.month, c.day)))], c.year, c.month,
                     c.day, c.hour, c.minute, c.second, zone.abbreviation_at(utc));
}

}  // namespace inquest::journal
