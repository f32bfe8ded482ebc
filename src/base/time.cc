#include "base/time.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace inquest {

Ns unit(Precision precision) {
  switch (precision) {
    case Precision::Nano: return 1;
    case Precision::Micro: return kMicro;
    case Precision::Milli: return kMilli;
    case Precision::Second: return kSecond;
    case Precision::Minute: return kMinute;
    case Precision::Hour: return kHour;
    case Precision::Day: return kDay;
  }
  return kSecond;
}

Precision precision_of_digits(int fraction_digits) {
  if (fraction_digits <= 0) return Precision::Second;
  if (fraction_digits <= 3) return Precision::Milli;
  if (fraction_digits <= 6) return Precision::Micro;
  return Precision::Nano;
}

// Howard Hinnant, "chrono-compatible low-level date algorithms" (days_from_civil, civil_from_days).
int64_t days_from_civil(int year, int month, int day) {
  const int64_t y = static_cast<int64_t>(year) - (month <= 2 ? 1 : 0);
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

bool leap_year(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int weekday(int64_t days) { return static_cast<int>(((days + 4) % 7 + 7) % 7); }

std::optional<Ns> from_civil(const Civil& c) {
  static constexpr std::array<int, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  // Outside of these years nanoseconds since 1970 do not fit in 64 bits.
  if (c.year < 1678 || c.year > 2261 || c.month < 1 || c.month > 12 || c.day < 1) return std::nullopt;
  const int last = kDays[static_cast<size_t>(c.month)] + (c.month == 2 && leap_year(c.year) ? 1 : 0);
  if (c.day > last || c.hour < 0 || c.hour > 23 || c.minute < 0 || c.minute > 59) return std::nullopt;
  if (c.second < 0 || c.second > 60 || c.fraction < 0 || c.fraction >= kSecond) return std::nullopt;
  const int64_t seconds = days_from_civil(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
  return seconds * kSecond + c.fraction;
}

Civil to_civil(Ns ns) {
  int64_t days = ns / kDay;
  Ns rest = ns % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  Civil c;
  c.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  c.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  c.year = static_cast<int>(yoe + era * 400 + (c.month <= 2 ? 1 : 0));
  c.hour = static_cast<int>(rest / kHour);
  c.minute = static_cast<int>(rest / kMinute % 60);
  c.second = static_cast<int>(rest / kSecond % 60);
  c.fraction = rest % kSecond;
  return c;
}

namespace {

std::string fraction_text(Ns fraction, Precision precision) {
  switch (precision) {
    case Precision::Nano: return fmt::format(".{:09}", fraction);
    case Precision::Micro: return fmt::format(".{:06}", fraction / kMicro);
    case Precision::Milli: return fmt::format(".{:03}", fraction / kMilli);
    default: return {};
  }
}

}  // namespace

std::string format_utc(Instant instant) {
  const Civil c = to_civil(instant.ns);
  if (instant.precision == Precision::Day) return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
  const std::string head = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
  if (instant.precision >= Precision::Minute) return head + "Z";
  return fmt::format("{}:{:02}{}Z", head, c.second, fraction_text(c.fraction, instant.precision));
}

std::string format_clock(Instant instant) {
  const Civil c = to_civil(instant.ns);
  if (instant.precision == Precision::Day) return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
  if (instant.precision >= Precision::Minute) return fmt::format("{:02}:{:02}", c.hour, c.minute);
  return fmt::format("{:02}:{:02}:{:02}{}", c.hour, c.minute, c.second, fraction_text(c.fraction, instant.precision));
}

std::string format_duration(Ns ns) {
  if (ns < 0) return "-" + format_duration(ns == std::numeric_limits<Ns>::min() ? std::numeric_limits<Ns>::max() : -ns);
  const auto two = [](Ns value, Ns big, const char* big_name, Ns small, const char* small_name) {
    const Ns units = value / big;
    const Ns rest = value % big / small;
    return rest == 0 ? fmt::format("{} {}", units, big_name)
                     : fmt::format("{} {} {} {}", units, big_name, rest, small_name);
  };
  if (ns == 0) return "0 s";
  if (ns < kMicro) return fmt::format("{} ns", ns);
  if (ns < kMilli) return fmt::format("{} us", ns / kMicro);
  if (ns < kSecond) return fmt::format("{} ms", ns / kMilli);
  if (ns < 10 * kSecond && ns % kSecond != 0) return fmt::format("{:.1f} s", static_cast<double>(ns) / kSecond);
  if (ns < 2 * kMinute) return fmt::format("{} s", ns / kSecond);
  if (ns < kHour) return two(ns, kMinute, "min", kSecond, "s");
  if (ns < kDay) return two(ns, kHour, "h", kMinute, "min");
  return two(ns, kDay, ns < 2 * kDay ? "day" : "days", kHour, "h");
}

int month_from_name(std::string_view name) {
  if (name.size() < 3) return 0;
  static constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int m = 0; m < 12; ++m) {
    if (name.substr(0, 3) == kNames.substr(static_cast<size_t>(m) * 3, 3)) return m + 1;
  }
  return 0;
}

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

// "Z", " Z", "UTC", "+01:00", "-0800", " +0100", "+01"; the length consumed, 0 for none.
size_t parse_offset(std::string_view text, std::optional<Ns>& offset) {
  size_t i = 0;
  if (i < text.size() && text[i] == ' ') ++i;
  const bool apart = i != 0;
  const auto rest = text.substr(i);
  const auto ends = [](std::string_view t, size_t n) {
    return t.size() == n || !(digit(t[n]) || (t[n] >= 'A' && t[n] <= 'Z') || (t[n] >= 'a' && t[n] <= 'z'));
  };
  if ((rest.starts_with('Z') || (!apart && rest.starts_with('z'))) && ends(rest, 1)) {
    offset = 0;
    return i + 1;
  }
  const bool more = rest.size() > 3 && (rest[3] == '+' || rest[3] == '-');  // "UTC+2" is not UTC
  if ((rest.starts_with("UTC") || rest.starts_with("GMT")) && ends(rest, 3) && !more) {
    offset = 0;
    return i + 3;
  }
  if (rest.size() < 3 || (rest[0] != '+' && rest[0] != '-')) return 0;
  const int hours = two_digits(rest.data() + 1);
  if (hours < 0 || hours > 15) return 0;
  int minutes = 0;
  size_t used = 3;
  if (rest.size() >= 6 && rest[3] == ':' && two_digits(rest.data() + 4) >= 0) {
    minutes = two_digits(rest.data() + 4);
    used = 6;
  } else if (rest.size() >= 5 && two_digits(rest.data() + 3) >= 0) {
    minutes = two_digits(rest.data() + 3);
    used = 5;
  }
  // Behind a blank two digits may be anything ("15:54:50 -12 degrees").
  if (minutes > 59 || (apart && used == 3) || (used < rest.size() && digit(rest[used]))) return 0;
  const Ns value = hours * kHour + minutes * kMinute;
  offset = rest[0] == '-' ? -value : value;
  return i + used;
}

std::optional<Civil> parse_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int century = two_digits(text.data());
  const int year = two_digits(text.data() + 2);
  Civil c;
  c.month = two_digits(text.data() + 5);
  c.day = two_digits(text.data() + 8);
  if (century < 0 || year < 0 || c.month < 0 || c.day < 0) return std::nullopt;
  c.year = century * 100 + year;
  return c;
}

}  // namespace

std::optional<ParsedTime> parse_iso_time(std::string_view text) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ' && text[10] != 't')) return std::nullopt;
  auto civil = parse_date(text);
  if (!civil || text[13] != ':' || text[16] != ':') return std::nullopt;
  civil->hour = two_digits(text.data() + 11);
  civil->minute = two_digits(text.data() + 14);
  civil->second = two_digits(text.data() + 17);
  ParsedTime out;
  size_t i = 19;
  if (i < text.size() && (text[i] == '.' || text[i] == ',') && i + 1 < text.size() && digit(text[i + 1])) {
    int digits = 0;
    Ns scale = kSecond / 10;
    for (++i; i < text.size() && digit(text[i]); ++i, ++digits) {
      civil->fraction += (text[i] - '0') * scale;
      scale /= 10;
    }
    out.precision = precision_of_digits(digits);
  }
  const auto local = from_civil(*civil);
  if (!local) return std::nullopt;
  out.local = *local;
  i += parse_offset(text.substr(i), out.offset);
  out.length = i;
  return out;
}

std::optional<ParsedTime> parse_iso_date_or_time(std::string_view text) {
  if (auto time = parse_iso_time(text)) return time;
  const auto civil = parse_date(text);
  if (!civil || (text.size() > 10 && digit(text[10]))) return std::nullopt;
  const auto local = from_civil(*civil);
  if (!local) return std::nullopt;
  return ParsedTime{*local, std::nullopt, Precision::Day, 10};
}

}  // namespace inquest
