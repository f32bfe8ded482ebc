#include "report/words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::report {

std::string window_text(const Interval& window) {
  const auto& [after, before] = window;
  if (after && before && after->ns == before->ns) return format_utc(*after);
  if (after && before) {
    return fmt::format("between {} and {} ({})", format_utc(*after), format_utc(*before),
                       format_duration(before->ns - after->ns));
  }
  if (after) return fmt::format("after {}; nothing says how long after", format_utc(*after));
  if (before) return fmt::format("before {}; nothing says how long before", format_utc(*before));
  return "not known";
}

std::string brief_window(const Interval& window) {
  const auto& [after, before] = window;
  if (after && before && after->ns == before->ns) return format_utc(*after);
  if (after && before) return fmt::format("{} to {}", format_utc(*after), format_utc(*before));
  if (after) return fmt::format("after {}", format_utc(*after));
  if (before) return fmt::format("by {}", format_utc(*before));
  return "not known";
}

std::string bound_text(const std::optional<Instant>& bound) { return bound ? format_utc(*bound) : "not known"; }

std::string clock_text(const model::Moment& moment) {
  if (moment.precision == Precision::Day) return "that day";
  std::string clock = format_clock({moment.middle(), moment.precision});
  if (moment.exact()) return clock;
  return fmt::format("{} +-{}", clock, format_duration((moment.latest - moment.earliest) / 2));
}

std::string day_text(const model::Moment& moment) { return format_utc({moment.middle(), Precision::Day}); }

std::string age_text(Ns age, Precision precision) {
  if (precision != Precision::Day) return format_duration(age);
  return counted(static_cast<uint64_t>(std::max<Ns>((age + kDay / 2) / kDay, 1)), "day");
}

std::string size_text(uint64_t bytes) {
  static constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  // 999.95 would print as "1000.0".
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

}  // namespace inquest::report
