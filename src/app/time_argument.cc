#include "app/time_argument.h"

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/checked.h"
#include "base/text.h"

namespace inquest::app {
namespace {

std::optional<ParsedTime> parse(std::string text) {
  constexpr size_t kMinutesEnd = std::string_view("2026-02-09T15:55").size();
  const bool to_the_minute = text.size() >= kMinutesEnd && text[kMinutesEnd - 3] == ':' &&
                             (text.size() == kMinutesEnd || text[kMinutesEnd] != ':');
  if (to_the_minute) text.insert(kMinutesEnd, ":00");
  auto time = parse_iso_date_or_time(text);
  if (!time || time->length != text.size()) return std::nullopt;
  if (to_the_minute) time->precision = Precision::Minute;
  return time;
}

// "@1770652490.25": digits, and up to nine more behind a point.
std::optional<Instant> parse_epoch(std::string_view text) {
  if (!text.starts_with('@')) return std::nullopt;
  const size_t point = std::min(text.find('.'), text.size());
  const auto seconds = parse_int<uint32_t>(text.substr(1, point - 1));
  if (!seconds) return std::nullopt;
  Instant instant{Ns{*seconds} * kSecond, Precision::Second};
  if (point == text.size()) return instant;
  std::string digits(text.substr(point + 1));
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  instant.precision = precision_of_digits(static_cast<int>(digits.size()));
  digits.resize(9, '0');
  const auto fraction = parse_int<uint32_t>(digits);
  if (!fraction) return std::nullopt;
  instant.ns += *fraction;
  return instant;
}

// Midnight of the day of that local time, or where the clocks skip it, the first moment behind. Where it comes twice,
// the first.
Ns day_start(Ns local, const Zone& zone) {
  const Ns day = (local >= 0 ? local / kDay : (local - kDay + 1) / kDay) * kDay;
  for (Ns after = 0; after <= 2 * kHour; after += kHour / 2) {
    if (const auto meant = zone.to_utc(day + after); !meant.empty()) return meant.front();
  }
  return day;
}

std::optional<Instant> shifted(Ns from, std::string_view span, bool back) {
  const auto length = parse_time_span(trim(span));
  if (!length) return std::nullopt;
  const auto sum = back ? checked_sub(from, *length) : checked_add(from, *length);
  return sum ? std::optional(Instant{*sum, Precision::Micro}) : std::nullopt;
}

// "now", "-1h", "2 hours ago", "yesterday"; nothing for what is written otherwise.
std::optional<Instant> parse_moving(std::string_view text, const Zone& zone, Ns now) {
  if (text == "now") return Instant{now, Precision::Micro};
  if (text.starts_with('+')) return shifted(now, text.substr(1), false);
  if (text.starts_with('-')) return shifted(now, text.substr(1), true);
  constexpr std::string_view kAgo = " ago";
  constexpr std::string_view kLeft = " left";
  if (text.ends_with(kAgo)) return shifted(now, text.substr(0, text.size() - kAgo.size()), true);
  if (text.ends_with(kLeft)) return shifted(now, text.substr(0, text.size() - kLeft.size()), false);
  static constexpr std::array<std::string_view, 3> kDays = {"yesterday", "today", "tomorrow"};
  for (size_t i = 0; i < kDays.size(); ++i) {
    if (text != kDays[i]) continue;
    const Ns local = now + zone.offset_at(now) + (static_cast<Ns>(i) - 1) * kDay;
    return Instant{day_start(local, zone), Precision::Second};
  }
  return std::nullopt;
}

// Takes "Mon " or "Monday, " from the front; the number of the day, 0 is Sunday, or -1 without one.
int take_weekday(std::string_view& text) {
  static constexpr std::array<std::string_view, 7> kNames = {"sunday",   "monday", "tuesday", "wednesday",
                                                             "thursday", "friday", "saturday"};
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return -1;
  std::string word = lower(text.substr(0, blank));
  if (word.ends_with(',')) word.pop_back();
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (word != kNames[i] && word != kNames[i].substr(0, 3)) continue;
    text = trim(text.substr(blank));
    return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

std::optional<Ns> parse_time_span(std::string_view text) {
  struct Unit {
    std::string_view names;  // each between blanks
    Ns length;
  };
  // The table of systemd's src/basic/time-util.c (v252).
  static constexpr std::array<Unit, 9> kUnits = {{
      {" usec us \u00b5s \u03bcs ", kMicro},
      {" msec ms ", kMilli},
      {" seconds second sec s ", kSecond},
      {" minutes minute min m ", kMinute},
      {" hours hour hr h ", kHour},
      {" days day d ", kDay},
      {" weeks week w ", 7 * kDay},
      {" months month M ", 2'629'800 * kSecond},
      {" years year y ", 31'557'600 * kSecond},
  }};
  double sum = 0;
  bool any = false;
  for (text = trim(text); !text.empty(); any = true) {
    const size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto number = parse_double(text.substr(0, digits));
    if (digits == 0 || !number) return std::nullopt;
    text = trim(text.substr(digits));
    const size_t letters = std::min(text.find_first_of(" 0123456789.+-"), text.size());
    Ns unit = kSecond;
    if (letters > 0) {
      const std::string word = fmt::format(" {} ", text.substr(0, letters));
      unit = 0;
      for (const Unit& known : kUnits) {
        if (known.names.find(word) != std::string_view::npos) unit = known.length;
      }
      if (unit == 0) return std::nullopt;
    }
    text = trim(text.substr(letters));
    sum += *number * static_cast<double>(unit);
  }
  constexpr double kLongest = 9e18;
  return any && sum < kLongest ? std::optional(static_cast<Ns>(std::llround(sum))) : std::nullopt;
}

Result<Instant> parse_relative_time(const std::string& text, const Zone& zone, Ns now) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" {}", text, why));
  };
  std::string_view rest = trim(text);
  const int weekday_given = take_weekday(rest);
  Zone meant = zone;
  if (const size_t blank = rest.rfind(' '); blank != std::string_view::npos) {
    const std::string_view last = rest.substr(blank + 1);
    const bool word = !last.empty() && ((last[0] >= 'A' && last[0] <= 'Z') || (last[0] >= 'a' && last[0] <= 'z'));
    if (const auto named = word ? Zone::find(last) : Result<Zone>(fail(ErrorCode::NotFound, ""))) {
      meant = *named;
      rest = trim(rest.substr(0, blank));
    }
  }
  if (const auto moving = weekday_given < 0 ? parse_moving(rest, meant, now) : std::nullopt) return *moving;
  std::string full(rest);
  const Civil today = to_civil(now + meant.offset_at(now));
  const bool only_time = rest.find('-') == std::string_view::npos && rest.find(':') != std::string_view::npos;
  if (only_time) {
    full =
        fmt::format("{:04}-{:02}-{:02} {}{}", today.year, today.month, today.day, rest.find(':') == 1 ? "0" : "", rest);
  } else if (rest.size() >= 8 && rest[2] == '-' && rest[5] == '-') {
    // Two digits of a year are of this century until 68, as for strptime(3).
    full.insert(0, parse_int<int>(rest.substr(0, 2)).value_or(0) < 69 ? "20" : "19");
  }
  const auto time = parse_time_argument(full, meant);
  if (!time && full == text) return fail(time.error());
  if (!time)
    return refuse("is no time; write \"2026-02-09 07:55:00\", \"yesterday\", \"07:55\", \"-1h\" or \"2 hours ago\"");
  const Ns local = time->ns + meant.offset_at(time->ns);
  if (weekday_given >= 0 && weekday(local / kDay) != weekday_given) return refuse("names another day of the week");
  return *time;
}

Result<Instant> parse_time_argument(const std::string& text, const std::optional<Zone>& zone) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" {}", text, why));
  };
  if (const auto epoch = parse_epoch(text)) return *epoch;
  const auto time = parse(text);
  if (!time) return refuse("is no time; write 2026-02-09T15:55:00Z, or \"2026-02-09 07:55:00\" with --tz");
  if (const auto utc = time->utc()) return Instant{*utc, time->precision};
  if (!zone && time->precision == Precision::Day) return Instant{time->local, time->precision};
  if (!zone) return refuse("names no zone; end it in Z or give --tz");
  const std::vector<Ns> meant = zone->to_utc(time->local);
  if (meant.empty()) return refuse(fmt::format("does not exist in {}, whose clocks skipped it", zone->name()));
  if (meant.size() > 1) {
    return refuse(fmt::format("came twice in {}; say which, {} or {}", zone->name(),
                              format_utc({meant[0], time->precision}), format_utc({meant[1], time->precision})));
  }
  return Instant{meant[0], time->precision};
}

}  // namespace inquest::app
