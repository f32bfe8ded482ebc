#include "decode/numeric_date.h"

#include <array>

#include "base/text.h"

namespace inquest::decode {
namespace {

// Three numbers of at most four digits between `separator`s.
std::optional<std::array<int, 3>> three(std::string_view text, char separator) {
  const auto parts = split(text, separator);
  if (parts.size() != 3) return std::nullopt;
  std::array<int, 3> out{};
  for (size_t i = 0; i < 3; ++i) {
    if (parts[i].empty() || parts[i].size() > 4 || parts[i].find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    out[i] = parse_int<int>(parts[i]).value_or(-1);
  }
  return out;
}

}  // namespace

std::optional<Ns> parse_numeric_date(std::string_view text) {
  Civil civil;
  if (const auto us = three(text, '/')) {
    civil.month = (*us)[0];
    civil.day = (*us)[1];
    civil.year = (*us)[2];
  } else if (const auto german = three(text, '.')) {
    civil.day = (*german)[0];
    civil.month = (*german)[1];
    civil.year = (*german)[2];
  } else if (const auto iso = three(text, '-')) {
    civil.year = (*iso)[0];
    civil.month = (*iso)[1];
    civil.day = (*iso)[2];
  } else {
    return std::nullopt;
  }
  if (civil.year < 100) civil.year += 2000;
  return from_civil(civil);
}

std::optional<Ns> parse_clock_time(std::string_view text) {
  text = trim(text);
  bool afternoon = false;
  bool twelve = false;
  if (text.ends_with("AM") || text.ends_with("PM")) {
    twelve = true;
    afternoon = text.ends_with("PM");
    text = trim(text.substr(0, text.size() - 2));
  }
  const auto parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::array<int, 3> value{};
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty() || parts[i].size() > 2 || parts[i].find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    value[i] = parse_int<int>(parts[i]).value_or(-1);
  }
  if (twelve && value[0] == 12) value[0] = 0;
  if (afternoon) value[0] += 12;
  if (value[0] > 23 || value[1] > 59 || value[2] > 60) return std::nullopt;
  return value[0] * kHour + value[1] * kMinute + value[2] * kSecond;
}

}  // namespace inquest::decode
