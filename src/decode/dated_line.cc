#include "decode/dated_line.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace inquest::decode {
namespace {

using model::Severity;

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// parse_iso_time(), and dates with slashes.
std::optional<ParsedTime> parse_date_time(std::string_view text) {
  if (text.size() < 19 || !digit(text[0])) return std::nullopt;
  if (text[4] != '/' || text[7] != '/') return parse_iso_time(text);
  std::string dashes(text.substr(0, 48));
  dashes[4] = dashes[7] = '-';
  return parse_iso_time(dashes);
}

// A zone's abbreviation, "CET" or "-03", as PostgreSQL and others put it behind a blank; not a level like "INFO".
std::string_view zone_name(std::string_view rest) {
  if (!rest.starts_with(' ')) return {};
  size_t end = 1;
  while (end < rest.size() && upper(rest[end])) ++end;
  if (end < 4 || end > 6 || end >= rest.size() || rest[end] != ' ') return {};
  const std::string_view word = rest.substr(1, end - 1);
  const bool zone = word.ends_with("ST") || word.ends_with("DT") || word == "CET" || word == "EET" || word == "WET" ||
                    word == "MSK" || word == "SAST" || word == "HKT" || word == "SGT" || word == "PKT" || word == "WIB";
  return zone ? word : std::string_view();
}

struct Level {
  std::string_view word;
  Severity severity;
};
constexpr std::array kLevels = std::to_array<Level>({
    {"EMERG", Severity::Emergency}, {"PANIC", Severity::Alert},       {"ALERT", Severity::Alert},
    {"CRIT", Severity::Critical},   {"CRITICAL", Severity::Critical}, {"FATAL", Severity::Critical},
    {"ERROR", Severity::Error},     {"ERR", Severity::Error},         {"E!", Severity::Error},
    {"WARN", Severity::Warning},    {"WARNING", Severity::Warning},   {"W!", Severity::Warning},
    {"NOTICE", Severity::Notice},   {"LOG", Severity::Info},          {"INFO", Severity::Info},
    {"I!", Severity::Info},         {"DEBUG", Severity::Debug},       {"D!", Severity::Debug},
    {"TRACE", Severity::Debug},
});

std::string upper_case(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// A level among the first words: in capitals, or in brackets as "[warn]".
Severity level_of(std::string_view message) {
  std::string_view rest = message.substr(0, 96);
  for (int words = 0; words < 4; ++words) {
    rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
    std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    const bool bracketed = word.starts_with('[');
    while (!word.empty() && (word.front() == '[' || word.front() == '<' || word.front() == '-')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == ']' || word.back() == '>' || word.back() == ':' || word.back() == '-' ||
                             word.back() == '|')) {
      word.remove_suffix(1);
    }
    if (word.size() > 8) continue;
    const std::string shown = bracketed ? upper_case(word) : std::string(word);
    const auto* const level = std::ranges::find(kLevels, std::string_view(shown), &Level::word);
    if (level != kLevels.end()) return level->severity;
  }
  return Severity::Unknown;
}

// The word in front of a date: a program or a level, perhaps in brackets.
size_t leading_word(std::string_view line) {
  const size_t end = line.substr(0, 48).find(' ');
  if (end == std::string_view::npos || end < 2) return 0;
  const bool word = std::ranges::all_of(line.substr(0, end), [](char c) {
    return (c >= 'a' && c <= 'z') || upper(c) || digit(c) || c == '-' || c == '_' || c == '.' || c == '[' || c == ']' ||
           c == ':';
  });
  return word && !digit(line[0]) ? end : 0;
}

}  // namespace

std::optional<DatedLine> parse_dated_line(std::string_view line) {
  if (line.size() < 20) return std::nullopt;
  DatedLine out;
  std::string_view rest = line;
  if (!digit(rest[0]) && rest[0] != '[') {
    const size_t word = leading_word(rest);
    if (word == 0) return std::nullopt;
    out.program = rest.substr(0, word);
    rest.remove_prefix(word + 1);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
  } else if (const size_t word = leading_word(rest);
             word != 0 && rest[1] != '2' && rest[1] != '1') {  // "[INFO] 2026-..."
    out.program = rest.substr(0, word);
    rest.remove_prefix(word + 1);
  }
  const bool bracket = rest.starts_with('[');
  if (bracket) rest.remove_prefix(1);
  const auto time = parse_date_time(rest);
  if (!time || time->length > rest.size()) return std::nullopt;
  rest.remove_prefix(time->length);
  out.utc = time->offset.has_value();
  out.time = time->utc().value_or(time->local);
  out.precision = time->precision;
  if (!out.utc) out.zone = zone_name(rest);
  if (!out.zone.empty()) rest.remove_prefix(out.zone.size() + 1);

  if (bracket) {
    if (!rest.starts_with(']')) return std::nullopt;
    rest.remove_prefix(1);
  }
  // "2026-02-09T07:55:07.123456Z\terror\tmessage\t{...}": what Go's zap prints, and so InfluxDB 1.8 and others.
  if (rest.starts_with('\t')) {
    const size_t end = rest.find('\t', 1);
    if (end == std::string_view::npos || end > 8) return std::nullopt;
    out.severity = level_of(upper_case(rest.substr(1, end - 1)));
    if (out.severity == Severity::Unknown || end + 1 == rest.size()) return std::nullopt;
    out.message = rest.substr(end + 1);
    return out;
  }
  while (rest.starts_with(':') || rest.starts_with(']')) rest.remove_prefix(1);
  if (rest.empty() || rest[0] != ' ') return std::nullopt;
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.empty() || rest[0] == '|' || rest[0] == ',' || rest[0] == ';') return std::nullopt;

  out.severity = level_of(out.program.empty() ? rest : out.program);
  if (out.severity != Severity::Unknown) {
    out.program = {};
  } else if (!out.program.empty()) {
    out.severity = level_of(rest);
    while (out.program.ends_with(':')) out.program.remove_suffix(1);
    if (out.program.find_first_of("[]:") != std::string_view::npos) return std::nullopt;
  }
  out.message = rest;
  return out;
}

}  // namespace inquest::decode
