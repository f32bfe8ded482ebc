#include "decode/ctime_stamp.h"

#include <array>
#include <cstdint>

#include "base/text.h"

namespace inquest::decode {
namespace {

struct MonthName {
  std::string_view start;  // in lower case as far as ASCII goes
  uint8_t month;
};

// What glibc's locales print for %b, cut to what tells the months of one language apart. "mar" is a weekday in
// French, Italian and Spanish too: the caller takes the last match, and weekdays come first.
constexpr std::array kMonths = std::to_array<MonthName>({
    {"jan", 1},
    {"feb", 2},
    {"mar", 3},
    {"apr", 4},
    {"may", 5},
    {"jun", 6},
    {"jul", 7},
    {"aug", 8},
    {"sep", 9},
    {"oct", 10},
    {"nov", 11},
    {"dec", 12},
    {"jän", 1},
    {"mär", 3},
    {"mrz", 3},
    {"mai", 5},
    {"okt", 10},
    {"dez", 12},  // German
    {"fév", 2},
    {"avr", 4},
    {"juin", 6},
    {"juil", 7},
    {"aoû", 8},
    {"déc", 12},  // French
    {"ene", 1},
    {"abr", 4},
    {"ago", 8},
    {"dic", 12},  // Spanish
    {"gen", 1},
    {"mag", 5},
    {"giu", 6},
    {"lug", 7},
    {"set", 9},
    {"ott", 10},  // Italian
    {"fev", 2},
    {"out", 10},  // Portuguese
    {"mrt", 3},
    {"mei", 5},
    {"maj", 5},  // Dutch, Swedish, Danish
    {"sty", 1},
    {"lut", 2},
    {"kwi", 4},
    {"cze", 6},
    {"lip", 7},
    {"sie", 8},
    {"wrz", 9},
    {"paź", 10},
    {"lis", 11},
    {"gru", 12},  // Polish
    {"j\xE4n", 1},
    {"m\xE4r", 3},
    {"f\xE9v", 2},
    {"ao\xFB", 8},
    {"d\xE9"
     "c",
     12},  // in Latin-1
    {"янв", 1},
    {"фев", 2},
    {"мар", 3},
    {"апр", 4},
    {"мая", 5},
    {"май", 5},
    {"июн", 6},
    {"июл", 7},
    {"авг", 8},
    {"сен", 9},
    {"окт", 10},
    {"ноя", 11},
    {"дек", 12},  // Russian
});

bool digit(char c) { return c >= '0' && c <= '9'; }

size_t leading_digits(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && digit(text[count])) ++count;
  return count;
}

bool read_time_of_day(std::string_view token, Civil& civil) {
  if (token.size() != 8 || token[2] != ':' || token[5] != ':') return false;
  civil.hour = two_digits(token.data());
  civil.minute = two_digits(token.data() + 3);
  civil.second = two_digits(token.data() + 6);
  return civil.hour >= 0 && civil.minute >= 0 && civil.second >= 0;
}

}  // namespace

int month_from_any_name(std::string_view name) {
  const std::string lowered = lower(name);
  for (const MonthName& known : kMonths) {
    if (lowered.starts_with(known.start)) return known.month;
  }
  return 0;
}

CtimeStamp parse_ctime_stamp(std::string_view words) {
  Civil civil;
  bool time_of_day = false;
  int year = -1;
  int month = 0;
  int day = 0;
  size_t at = 0;
  while (at < words.size()) {
    const size_t start = words.find_first_not_of(" ,", at);
    if (start == std::string_view::npos) break;
    const size_t end = std::min(words.find_first_of(" ,", start), words.size());
    const std::string_view token = words.substr(start, end - start);
    at = end;
    if (read_time_of_day(token, civil)) {
      time_of_day = true;
      continue;
    }
    const size_t digits = leading_digits(token);
    const std::string_view unit = token.substr(digits);
    if (digits == 4 && (unit.empty() || static_cast<unsigned char>(unit[0]) >= 0x80)) {  // "2026", "2026年"
      year = parse_int<int>(token.substr(0, 4)).value_or(-1);
    } else if (digits == 0) {
      if (const int named = month_from_any_name(token)) month = named;
    } else if (digits <= 2 && (unit == "月" || unit == "월")) {
      month = parse_int<int>(token.substr(0, digits)).value_or(0);
    } else if (digits <= 2 && (unit.empty() || unit == "." || unit == "日" || unit == "일")) {
      day = parse_int<int>(token.substr(0, digits)).value_or(0);
    }
  }
  CtimeStamp out;
  out.dated = time_of_day && year >= 0;
  if (!out.dated || month == 0 || day == 0) return out;
  civil.year = year;
  civil.month = month;
  civil.day = day;
  out.local = from_civil(civil);
  return out;
}

}  // namespace inquest::decode
