#include "decode/log_stamp.h"

#include <cstring>
#include <optional>

#include "decode/ctime_stamp.h"

namespace inquest::decode {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }

// "07:55:07" at `at`, as nanoseconds since midnight; -1 where there is none. A leap second counts.
Ns time_of_day(std::string_view text, size_t at) {
  if (text.size() < at + 8) return -1;
  const char* p = text.data() + at;
  if (p[2] != ':' || p[5] != ':') return -1;
  const int hour = two_digits(p);
  const int minute = two_digits(p + 3);
  const int second = two_digits(p + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  return (hour * 3600 + minute * 60 + second) * kSecond;
}

struct Fraction {
  Ns ns = 0;
  int digits = 0;  // 0: there is none
};

// ".123456" at `at`; digits beyond nanoseconds are read over. No daemon writes a comma, but other programs' logs have
// it.
Fraction fraction(std::string_view text, size_t at) {
  Fraction out;
  if (at + 1 >= text.size() || text[at] != '.' || !digit(text[at + 1])) return out;
  Ns scale = kSecond / 10;
  for (size_t i = at + 1; i < text.size() && digit(text[i]); ++i) {
    out.ns += (text[i] - '0') * scale;
    scale /= 10;
    ++out.digits;
  }
  return out;
}

size_t length_of(const Fraction& part) { return part.digits == 0 ? 0 : static_cast<size_t>(part.digits) + 1; }

// A stamp ends where the line does or at a blank: "07:55:071" is none.
bool ends(std::string_view text, size_t at) { return at >= text.size() || text[at] == ' ' || text[at] == '\t'; }

// The date "2026-02-09" at the front, as midnight.
std::optional<Ns> iso_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int century = two_digits(text.data());
  const int year = two_digits(text.data() + 2);
  if (century < 0 || year < 0) return std::nullopt;
  return from_civil({century * 100 + year, two_digits(text.data() + 5), two_digits(text.data() + 8)});
}

// "Z", "+01:00", "-0800", "+03" at `at`: its length, 0 for none; `offset` is local minus UTC.
size_t zone_offset(std::string_view text, size_t at, Ns& offset) {
  if (at >= text.size()) return 0;
  const char sign = text[at];
  if (sign == 'Z') {
    offset = 0;
    return 1;
  }
  if ((sign != '+' && sign != '-') || text.size() < at + 3) return 0;
  const int hours = two_digits(text.data() + at + 1);
  if (hours < 0 || hours > 15) return 0;
  int minutes = 0;
  size_t length = 3;
  const size_t colon = text.size() > at + 3 && text[at + 3] == ':' ? 1 : 0;
  if (text.size() >= at + 5 + colon) {
    if (const int read = two_digits(text.data() + at + 3 + colon); read >= 0 && read < 60) {
      minutes = read;
      length = 5 + colon;
    }
  }
  offset = hours * kHour + minutes * kMinute;
  if (sign == '-') offset = -offset;
  return length;
}

// "[12345.678901]": journalctl prints six digits, and blanks in front of small numbers.
bool monotonic(std::string_view text, Stamp& out) {
  size_t at = 1;
  while (at < text.size() && text[at] == ' ' && at < 6) ++at;
  Ns seconds = 0;
  const size_t first = at;
  for (; at < text.size() && digit(text[at]) && at - first < 9; ++at) seconds = seconds * 10 + (text[at] - '0');
  const Fraction part = fraction(text, at);
  if (at == first || part.digits != 6) return false;
  at += 7;
  // short-delta: the time since the line before, with "*" where it is a guess; 16 blanks in the first line.
  if (text.substr(at).starts_with(" <")) {
    const size_t close = text.find('>', at);
    if (close == std::string_view::npos || close - at > 32) return false;
    at = close + 1;
  } else if (text.substr(at).starts_with("                ]")) {
    at += 16;
  }
  if (at >= text.size() || text[at] != ']' || !ends(text, at + 1)) return false;
  out = {StampForm::Monotonic, Precision::Micro, false, seconds * kSecond + part.ns, {}, static_cast<uint32_t>(at + 1)};
  return true;
}

// "1770652507.123456": nine to eleven digits, 1973 to 2261 (where nanoseconds since 1970 end).
bool unix_seconds(std::string_view text, Stamp& out) {
  Ns seconds = 0;
  size_t at = 0;
  for (; at < text.size() && digit(text[at]) && at < 11; ++at) seconds = seconds * 10 + (text[at] - '0');
  const Fraction part = fraction(text, at);
  if (at < 9 || seconds > 9'000'000'000 || part.digits != 6 || !ends(text, at + 7)) return false;
  out = {StampForm::Unix, Precision::Micro, true, seconds * kSecond + part.ns, {}, static_cast<uint32_t>(at + 7)};
  return true;
}

bool weekday_name(std::string_view text) {
  static constexpr std::string_view kNames = "SunMonTueWedThuFriSat";
  const size_t at = kNames.find(text.substr(0, 3));
  return text.size() >= 3 && at != std::string_view::npos && at % 3 == 0;
}

// "Mär 09 07:55:07", "févr. 09 07:55:07": journalctl's short form with the month in the words of a locale.
bool localised(std::string_view text, Stamp& out) {
  constexpr size_t kLongestMonth = 12;  // bytes of an abbreviation with its dot
  const size_t blank = text.substr(0, kLongestMonth + 1).find(' ');
  if (blank == std::string_view::npos || blank < 3) return false;
  const size_t day = blank + (text.substr(blank).starts_with("  ") ? 2 : 1);
  if (day + 11 > text.size() || !digit(text[day])) return false;
  const size_t digits = digit(text[day + 1]) ? 2 : 1;
  const size_t clock = day + digits + 1;
  if (text[clock - 1] != ' ') return false;
  const Ns since = time_of_day(text, clock);
  if (since < 0) return false;
  Civil date;
  date.year = 2000;
  date.month = month_from_any_name(text.substr(0, blank));
  date.day = digits == 2 ? two_digits(text.data() + day) : text[day] - '0';
  const auto midnight = date.month == 0 ? std::nullopt : from_civil(date);
  if (!midnight) return false;
  const Fraction part = fraction(text, clock + 8);
  const size_t length = clock + 8 + length_of(part);
  if (!ends(text, length)) return false;
  out = {StampForm::Bsd,
         precision_of_digits(part.digits),
         false,
         *midnight + since + part.ns,
         {},
         static_cast<uint32_t>(length)};
  return true;
}

}  // namespace

bool StampParser::bsd(std::string_view text, Stamp& out) {
  if (text.size() < 14) return false;
  size_t clock = 7;
  Ns midnight = bsd_midnight_;
  Ns since = -1;
  if (std::memcmp(text.data(), bsd_day_.data(), bsd_day_.size()) == 0) since = time_of_day(text, clock);
  StampForm form = StampForm::Bsd;
  if (since < 0) {
    Civil date;
    date.year = 2000;  // it has every day of the year
    date.month = month_from_name(text);
    if (date.month == 0 || text[3] != ' ') return false;
    const bool padded = digit(text[5]);  // "Feb  9", "Feb 09", "Feb 19"; else "Feb 9"
    const char tens = text[4] == ' ' ? '0' : text[4];
    if (!digit(tens)) return false;
    date.day = padded ? (tens - '0') * 10 + (text[5] - '0') : tens - '0';
    clock = padded ? 7 : 6;
    if (text[clock - 1] != ' ') return false;
    if (text.size() > clock + 4 && digit(text[clock + 2]) && text[clock + 4] == ' ') {
      const int century = two_digits(text.data() + clock);
      const int year = two_digits(text.data() + clock + 2);
      if (century < 0 || year < 0) return false;
      date.year = century * 100 + year;
      form = StampForm::BsdYear;
      clock += 5;
    }
    const auto found = from_civil(date);
    since = time_of_day(text, clock);
    if (!found || since < 0) return false;
    midnight = *found;
    if (form == StampForm::Bsd && clock == 7) {
      std::memcpy(bsd_day_.data(), text.data(), bsd_day_.size());
      bsd_midnight_ = midnight;
    }
  }
  size_t length = clock + 8;
  Fraction part;
  if (!ends(text, length)) {
    part = fraction(text, length);
    length += length_of(part);
    if (!ends(text, length)) return false;
  }
  out = {form, precision_of_digits(part.digits), false, midnight + since + part.ns, {}, static_cast<uint32_t>(length)};
  return true;
}

bool StampParser::iso(std::string_view text, Stamp& out) {
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return false;
  if (std::memcmp(text.data(), iso_day_.data(), iso_day_.size()) != 0) {
    const auto midnight = iso_date(text);
    if (!midnight) return false;
    std::memcpy(iso_day_.data(), text.data(), iso_day_.size());
    iso_midnight_ = *midnight;
  }
  const Ns since = time_of_day(text, 11);
  if (since < 0) return false;
  const Fraction part = fraction(text, 19);
  size_t length = 19 + length_of(part);
  Ns offset = 0;
  const size_t zone = zone_offset(text, length, offset);
  const bool stated = zone != 0 && text[length] != 'Z';
  length += zone;
  if (!ends(text, length)) return false;
  out = {StampForm::Iso,
         precision_of_digits(part.digits),
         zone != 0,
         iso_midnight_ + since + part.ns - offset,
         {},
         static_cast<uint32_t>(length),
         stated ? std::optional(offset) : std::nullopt};
  return true;
}

bool StampParser::full(std::string_view text, Stamp& out) {
  if (text.size() < 23 || !weekday_name(text) || text[3] != ' ') return false;
  Stamp inner;
  if (!iso(text.substr(4), inner) || text[14] != ' ') return false;
  out = inner;
  out.form = StampForm::Full;
  out.length += 4;
  if (inner.utc) return true;
  // The zone is a word of its own: an abbreviation, or an offset where the zone has none ("+03"). systemd leaves out
  // one that is too long to print.
  const std::string_view rest = text.substr(out.length);
  if (rest.size() < 3 || rest[0] != ' ') return true;
  Ns offset = 0;
  if (const size_t length = zone_offset(rest, 1, offset); length != 0 && rest[1] != 'Z' && ends(rest, 1 + length)) {
    out.utc = true;
    out.time -= offset;
    out.length += static_cast<uint32_t>(1 + length);
    return true;
  }
  size_t end = 1;
  while (end < rest.size() && upper(rest[end])) ++end;
  if (end < 3 || end > 7 || !ends(rest, end)) return true;
  out.length += static_cast<uint32_t>(end);
  const std::string_view name = rest.substr(1, end - 1);
  if (name == "UTC" || name == "GMT") {
    out.utc = true;
  } else {
    out.zone = name;
  }
  return true;
}

bool StampParser::parse(std::string_view text, Stamp& out) {
  if (text.empty()) return false;
  const char first = text[0];
  if (upper(first)) return bsd(text, out) || full(text, out) || localised(text, out);
  if (digit(first)) return text.size() > 4 && text[4] == '-' ? iso(text, out) : unix_seconds(text, out);
  if (first == '[') return monotonic(text, out);
  return localised(text, out);
}

}  // namespace inquest::decode
