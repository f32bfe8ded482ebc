#include "review/figure.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::review {

std::optional<Number> number_of(std::string_view text, bool german) {
  const char thousands = german ? '.' : ',';
  const size_t mark = text.find_first_of(".,");
  const bool grouped = mark != std::string_view::npos && text.size() - text.find_last_of(".,") == 4 &&
                       (text[mark] == thousands || std::ranges::count(text, text[mark]) > 1) && text[0] != '0';
  std::string digits;
  size_t decimals = 0;
  for (const char c : text) {
    if (c == '.' || c == ',') {
      if (!grouped) digits += '.';
    } else if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  if (const size_t dot = digits.find('.'); dot != std::string::npos) decimals = digits.size() - dot - 1;
  const auto value = parse_double(digits);
  if (!value) return std::nullopt;
  return Number{*value, std::pow(10.0, -static_cast<double>(decimals))};
}

std::optional<int> count_word(std::string_view word) {
  static constexpr std::pair<std::string_view, int> kWords[] = {
      {"one", 1},   {"two", 2},  {"three", 3}, {"four", 4},    {"five", 5},    {"six", 6},     {"seven", 7},
      {"eight", 8}, {"nine", 9}, {"ten", 10},  {"eleven", 11}, {"twelve", 12}, {"ein", 1},     {"eins", 1},
      {"eine", 1},  {"zwei", 2}, {"drei", 3},  {"vier", 4},    {"fünf", 5},    {"sechs", 6},   {"sieben", 7},
      {"acht", 8},  {"neun", 9}, {"zehn", 10}, {"elf", 11},    {"zwölf", 12},  {"sixteen", 16}};
  const std::string small = lower(word);
  for (const auto& [name, number] : kWords) {
    if (small == name) return number;
  }
  return std::nullopt;
}

Scale scale_of(std::string_view unit) {
  const std::string small = lower(unit);
  if (small.empty()) return {1, 1};
  const int power = small[0] == 'k'   ? 1
                    : small[0] == 'm' ? 2
                    : small[0] == 'g' ? 3
                    : small[0] == 't' ? 4
                    : small[0] == 'b' ? 0
                                      : -1;
  if (power < 0) return {};
  const double binary = std::pow(1024.0, power);
  if (small.size() > 1 && small[1] == 'i') return {binary, binary};
  return {std::pow(1000.0, power), binary};
}

std::string plain_number(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace inquest::review
