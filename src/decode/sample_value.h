// The figures of samples: plain numbers, fast, and numbers with units, as dashboards export them.
#pragma once

#include <cstdint>
#include <string_view>

namespace inquest::decode {

enum class ValueKind : uint8_t {
  Number,
  NotFinite,  // a number by its form, but NaN, infinite or beyond what a double holds
  Text,       // no number
};

struct SampleValue {
  ValueKind kind = ValueKind::Text;
  double value = 0;
};

// The whole text as a decimal number, "99.8", "-3", "1.2e+06", "NaN": the nearest double.
SampleValue parse_value(std::string_view text);

// How numbers are written in a table that a person exported.
struct NumberStyle {
  char decimal_point = '.';
  bool units = false;
};

// The whole text as a number in that style. A unit with a prefix or another scale makes it a number of the plain unit:
// "120 kB/s" is 120000, "1.5 GiB" 1610612736, "250 ms" 0.25, "2 min" 120, "1.2 Mil" 1200000; "99.8%" stays 99.8. Units
// that are not known make it text.
SampleValue parse_value(std::string_view text, const NumberStyle& style);

}  // namespace inquest::decode
