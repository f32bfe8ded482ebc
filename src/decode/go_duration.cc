#include "decode/go_duration.h"

#include <array>
#include <cmath>
#include <utility>

#include "base/checked.h"
#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr std::array<std::pair<std::string_view, Ns>, 9> kUnits = {{
    {"ns", 1},
    {"us", kMicro},
    {"\xC2\xB5s", kMicro},  // MICRO SIGN
    {"\xCE\xBCs", kMicro},  // GREEK SMALL LETTER MU
    {"ms", kMilli},
    {"s", kSecond},
    {"m", kMinute},
    {"h", kHour},
    {"d", kDay},
}};

bool is_number(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// A number of units, or nothing where it is none or too large.
std::optional<Ns> scaled(std::string_view number, Ns size) {
  if (number.find('.') == std::string_view::npos) {
    const auto whole = parse_int<Ns>(number);
    return whole ? checked_mul(*whole, size) : std::nullopt;
  }
  const auto value = number == "." ? std::nullopt : parse_double(number);
  if (!value) return std::nullopt;
  const double ns = std::round(*value * static_cast<double>(size));
  if (!(ns < 9.2e18)) return std::nullopt;
  return static_cast<Ns>(ns);
}

}  // namespace

std::optional<Ns> parse_go_duration(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  Ns sum = 0;
  const bool bare = text.find_first_not_of("0123456789.") == std::string_view::npos;
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && is_number(text[digits])) ++digits;
    const std::string_view number = text.substr(0, digits);
    text.remove_prefix(digits);
    size_t letters = 0;
    while (letters < text.size() && !is_number(text[letters])) ++letters;
    const std::string_view name = bare ? "s" : text.substr(0, letters);
    text.remove_prefix(letters);
    std::optional<Ns> part;
    for (const auto& [unit_name, size] : kUnits) {
      if (name == unit_name) part = scaled(number, size);
    }
    const auto total = part ? checked_add(sum, *part) : std::nullopt;
    if (!total) return std::nullopt;
    sum = *total;
  }
  return negative ? -sum : sum;
}

}  // namespace inquest::decode
