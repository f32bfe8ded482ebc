#include "record/time_magnitude.h"

#include <algorithm>

namespace inquest::record {

std::optional<store::TimeUnit> unit_by_magnitude(std::string_view lines) {
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::max(store::end_of_line(lines, at), at);
    store::LineParts parts;
    const bool good = store::split_line(lines.substr(at, end - at), parts).empty();
    at = end + 1;
    if (!good || parts.time.empty()) continue;
    switch (parts.time.size()) {
      case 10: return store::TimeUnit::Second;
      case 13: return store::TimeUnit::Milli;
      case 16: return store::TimeUnit::Micro;
      case 19: return store::TimeUnit::Nano;
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace inquest::record
