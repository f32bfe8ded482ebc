// Flux's durations: calendar months and nanoseconds, kept apart because a month has no fixed length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inquest::query {

// Both parts have the same sign, or are 0.
struct Duration {
  int32_t months = 0;
  Ns ns = 0;

  bool zero() const { return months == 0 && ns == 0; }
  bool negative() const { return months < 0 || ns < 0; }
  bool mixed() const { return months != 0 && ns != 0; }
  friend bool operator==(const Duration&, const Duration&) = default;
};

// "1h30m", "-1mo", "2y3w4d", "10us", "10µs"; the units are y, mo, w, d, h, m, s, ms, us, µs and ns. Nothing where the
// whole text is not one, or where it does not fit. "0" has no unit and is none.
std::optional<Duration> parse_duration(std::string_view text);
// As Flux prints it, the largest units first: "1y2mo3w4d5h6m7s8ms9us10ns"; "0ns".
std::string format_duration(Duration duration);

// Nothing where the result does not fit.
std::optional<Duration> negate(Duration duration);
std::optional<Duration> scale(Duration duration, int64_t by);
std::optional<Duration> add(Duration a, Duration b);  // nothing, too, where the parts' signs would differ
// The time that much later: months first, on the calendar (the 31st becomes the month's last day), then nanoseconds.
std::optional<Ns> add(Ns time, Duration duration);
std::optional<Ns> subtract(Ns time, Duration duration);

}  // namespace inquest::query
