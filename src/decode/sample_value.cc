#include "decode/sample_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "base/text.h"

namespace inquest::decode {
namespace {

// Powers of ten that a double holds exactly.
constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

SampleValue parse_any(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  SampleValue out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return {};
  if (error == std::errc::result_out_of_range || !std::isfinite(out.value)) return {ValueKind::NotFinite, 0};
  out.kind = ValueKind::Number;
  return out;
}

std::optional<double> prefix_of(std::string_view prefix) {
  struct Prefix {
    std::string_view name;
    double factor;
  };
  static constexpr Prefix kPrefixes[] = {
      {"", 1},
      {"k", 1e3},
      {"K", 1e3},
      {"M", 1e6},
      {"G", 1e9},
      {"T", 1e12},
      {"P", 1e15},
      {"Ki", 1024.0},
      {"Mi", 1048576.0},
      {"Gi", 1073741824.0},
      {"Ti", 1099511627776.0},
      {"Pi", 1125899906842624.0},
  };
  for (const Prefix& p : kPrefixes) {
    if (p.name == prefix) return p.factor;
  }
  return std::nullopt;
}

// What a number with that unit is to be multiplied by. Names are those of Grafana's value formats
// (packages/grafana-data/src/valueFormats/).
std::optional<double> factor_of(std::string_view unit) {
  struct Scale {
    std::string_view name;
    double factor;
  };
  static constexpr Scale kScales[] = {
      {"%", 1},
      {"percent", 1},
      {"ns", 1e-9},
      {"us", 1e-6},
      {"\xC2\xB5s", 1e-6},
      {"\xCE\xBCs", 1e-6},
      {"ms", 1e-3},
      {"s", 1},
      {"sec", 1},
      {"second", 1},
      {"seconds", 1},
      {"min", 60},
      {"mins", 60},
      {"minute", 60},
      {"minutes", 60},
      {"h", 3600},
      {"hour", 3600},
      {"hours", 3600},
      {"d", 86400},
      {"day", 86400},
      {"days", 86400},
      {"week", 604800},
      {"weeks", 604800},
      {"K", 1e3},
      {"Mil", 1e6},
      {"Bil", 1e9},
      {"Tri", 1e12},
      {"mW", 1e-3},
      {"mV", 1e-3},
      {"mA", 1e-3},
      {"\xC2\xB0", 1},
      {"\xC2\xB0"
       "C",
       1},
      {"\xC2\xB0"
       "F",
       1},
      {"C", 1},
      {"RPM", 1},
      {"rpm", 1},
  };
  for (const Scale& s : kScales) {
    if (s.name == unit) return s.factor;
  }
  static constexpr std::string_view kBases[] = {
      "B", "B/s", "Bps", "b",   "b/s", "bps", "bit",   "bits/s", "bit/s", "Hz",   "W",    "Wh",   "V",
      "A", "J",   "p/s", "pps", "c/s", "cps", "ops/s", "req/s",  "rps",   "iops", "io/s", "rd/s", "wr/s"};
  for (const std::string_view base : kBases) {
    if (unit.ends_with(base)) {
      if (const auto factor = prefix_of(unit.substr(0, unit.size() - base.size()))) return factor;
    }
  }
  return std::nullopt;
}

}  // namespace

SampleValue parse_value(std::string_view text) {
  // Clinger's fast path: an integer of at most 2^53 over an exact power of ten is rounded once, so it is the nearest
  // double.
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() > 17) return parse_any(text);
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  uint64_t digits = 0;
  const char* const first = at;
  const char* point = nullptr;
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned>(*at - '0');
    if (digit <= 9) {
      digits = digits * 10 + digit;
    } else if (*at == '.' && point == nullptr) {
      point = at;
    } else {
      return parse_any(text);
    }
  }
  const auto count = end - first - (point != nullptr ? 1 : 0);
  if (count == 0 || digits > (uint64_t{1} << 53)) return parse_any(text);
  const auto value = static_cast<double>(digits);
  const double scaled = point == nullptr ? value : value / kPowers[static_cast<size_t>(end - point - 1)];
  return {ValueKind::Number, negative ? -scaled : scaled};
}

SampleValue parse_value(std::string_view text, const NumberStyle& style) {
  if (style.decimal_point == '.') {
    const SampleValue plain = parse_value(text);
    if (plain.kind != ValueKind::Text || !style.units) return plain;
  }
  // The longest that a number is in such a table; what is longer is text, and need not be copied.
  text = trim(text);
  if (text.size() > 64) return {};
  std::string number(text);
  if (style.decimal_point != '.') {
    if (number.find('.') != std::string::npos) return {};
    std::ranges::replace(number, style.decimal_point, '.');
  }
  const SampleValue plain = parse_value(number);
  if (!style.units || plain.kind != ValueKind::Text) return plain;
  const size_t length = number.find_first_not_of("+-0123456789.");
  if (length == std::string::npos || length == 0) return {};
  const auto factor = factor_of(trim(std::string_view(number).substr(length)));
  SampleValue out = parse_value(std::string_view(number).substr(0, length));
  if (!factor || out.kind != ValueKind::Number) return {};
  out.value *= *factor;
  return out;
}

}  // namespace inquest::decode
