#include "decode/sample_time.h"

#include <cstring>

#include "base/text.h"

namespace inquest::decode {
namespace {

constexpr size_t kToMinute = 17;  // "2026-02-09T15:54:"
constexpr size_t kToSecond = 19;

bool digit(char c) { return c >= '0' && c <= '9'; }

Precision precision_of(Ns ns) {
  if (ns % kSecond == 0) return Precision::Second;
  if (ns % kMilli == 0) return Precision::Milli;
  return ns % kMicro == 0 ? Precision::Micro : Precision::Nano;
}

// The digits at the start of `text` as a fraction of `one`, and how many there were; digits beyond what `one` holds are
// read over.
Ns fraction_at(std::string_view text, Ns one, size_t& length) {
  Ns fraction = 0;
  for (length = 0; length < text.size() && digit(text[length]); ++length) {
    one /= 10;
    fraction += (text[length] - '0') * one;
  }
  return fraction;
}

}  // namespace

std::optional<SampleTime> SampleTimeParser::parse(std::string_view text) {
  if (text.size() < kToSecond || std::memcmp(text.data(), minute_.data(), kToMinute) != 0) return parse_anew(text);
  const int seconds = two_digits(text.data() + kToMinute);
  if (seconds < 0 || seconds > 59) return parse_anew(text);
  SampleTime out{base_ + seconds * kSecond, utc_, Precision::Second};
  std::string_view rest = text.substr(kToSecond);
  if (!rest.empty() && rest.front() == '.') {
    size_t digits = 0;
    const Ns fraction = fraction_at(rest.substr(1), kSecond, digits);
    if (digits == 0) return parse_anew(text);
    rest.remove_prefix(1 + digits);
    out.ns += fraction;
    out.precision = precision_of(fraction);
  }
  if (rest != zone_) return parse_anew(text);
  return out;
}

std::optional<SampleTime> SampleTimeParser::parse_anew(std::string_view text) {
  text = trim(text);
  if (const auto time = parse_iso_time(text); time && time->length == text.size()) {
    const Ns ns = time->utc().value_or(time->local);
    const size_t zone_at = text.find_first_not_of("0123456789.,", kToSecond);
    // A leap second is the next minute's 0, and must not become a minute of its own.
    if (const int second = two_digits(text.data() + kToMinute); second < 60) {
      minute_ = text.substr(0, kToMinute);
      zone_ = zone_at == std::string_view::npos ? std::string_view() : text.substr(zone_at);
      base_ = ns - time->local % kMinute;
      if (time->local % kMinute < 0) base_ -= kMinute;
      utc_ = time->offset.has_value();
    }
    return SampleTime{ns, time->offset.has_value(), precision_of(ns)};
  }
  if (text.size() == kToMinute - 1 && text[13] == ':') {
    const auto time = parse_iso_time(std::string(text) + ":00");
    if (time && !time->offset) return SampleTime{time->local, false, Precision::Minute};
  }
  if (const auto day = parse_iso_date_or_time(text); day && day->length == text.size()) {
    return SampleTime{day->local, false, Precision::Day};
  }
  return parse_epoch(text);
}

std::optional<SampleTime> parse_epoch(std::string_view text) {
  const std::string_view whole = text.substr(0, text.find('.'));
  const auto count = parse_int<int64_t>(whole);
  if (!count || *count <= 0 || !digit(whole.front())) return std::nullopt;
  Ns unit = 0;
  switch (whole.size()) {
    case 10: unit = kSecond; break;
    case 13: unit = kMilli; break;
    case 16: unit = kMicro; break;
    case 19: unit = 1; break;
    default: return std::nullopt;
  }
  Ns ns = *count * unit;  // 10 digits of seconds are less than 2^63 ns, and so on
  if (whole.size() != text.size()) {
    const std::string_view rest = text.substr(whole.size() + 1);
    size_t digits = 0;
    ns += fraction_at(rest, unit, digits);
    if (digits == 0 || digits != rest.size()) return std::nullopt;
  }
  return SampleTime{ns, true, precision_of(ns)};
}

}  // namespace inquest::decode
