#include "store/line_grammar.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::store {
namespace {

constexpr size_t kMaxKey = 65535;
constexpr std::string_view kInvalidNumber = "invalid number";

size_t skip_spaces(std::string_view text, size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// Outside of strings a backslash escapes whatever stands behind it, another backslash's successor included.
bool escaped(std::string_view text, size_t at) { return at > 0 && text[at - 1] == '\\'; }

// The first `stop` from `at` on that no backslash stands before, or the end.
size_t find_bare(std::string_view text, char stop, size_t at) {
  for (at = text.find(stop, at); at != std::string_view::npos; at = text.find(stop, at + 1)) {
    if (!escaped(text, at)) return at;
  }
  return text.size();
}

// Why tags may not stand together; `head` is well-formed but for that.
std::string check_tag_keys(std::string_view head) {
  std::vector<std::string_view> keys;
  for (size_t at = find_bare(head, ',', 0); at < head.size();) {
    const size_t equals = find_bare(head, '=', at + 1);
    keys.push_back(head.substr(at + 1, equals - at - 1));
    at = find_bare(head, ',', equals + 1);
  }
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) == keys.end() ? "" : "duplicate tags";
}

// From the first character of a tag's key to behind its value.
std::string scan_tag(std::string_view line, size_t& at) {
  if (at >= line.size() || line[at] == ' ' || line[at] == ',' || line[at] == '=') return "missing tag key";
  for (++at;; ++at) {
    if (at >= line.size() || ((line[at] == ' ' || line[at] == ',') && !escaped(line, at))) return "missing tag value";
    if (line[at] == '=' && !escaped(line, at)) break;
  }
  ++at;
  if (at >= line.size() || line[at] == ',' || line[at] == ' ') return "missing tag value";
  for (++at;; ++at) {
    if (at >= line.size()) return "missing fields";
    if (escaped(line, at)) continue;
    if (line[at] == '=') return "invalid tag format";
    if (line[at] == ',' || line[at] == ' ') return {};
  }
}

std::string scan_head(std::string_view line, size_t& at) {
  const size_t begin = at;
  if (at >= line.size() || line[at] == ',') return "missing measurement";
  for (++at;; ++at) {
    if (at >= line.size()) return "missing fields";
    if (!escaped(line, at) && (line[at] == ',' || line[at] == ' ')) break;
  }
  while (line[at] == ',') {
    ++at;
    if (std::string error = scan_tag(line, at); !error.empty()) return error;
  }
  const size_t size = at - begin;
  if (std::string error = check_tag_keys(line.substr(begin, size)); !error.empty()) return error;
  if (size > kMaxKey) return fmt::format("max key length exceeded: {} > {}", size, kMaxKey);
  return {};
}

std::string scan_boolean(std::string_view line, size_t& at) {
  const size_t begin = at;
  while (at < line.size() && line[at] != ',' && line[at] != ' ') ++at;
  const std::string_view word = line.substr(begin, at - begin);
  for (const std::string_view good : {"t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"}) {
    if (word == good) return {};
  }
  return "invalid boolean";
}

std::string scan_fields(std::string_view line, size_t& at) {
  const auto before = [&](size_t back) { return at >= back ? line[at - back] : '\0'; };
  bool quoted = false;
  size_t equals = 0;
  size_t commas = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (c == '\\' && at + 1 < line.size()) {
      at += 2;
      continue;
    }
    if (c == '"' && equals > commas) {  // quotes mean nothing in names
      quoted = !quoted;
      ++at;
      continue;
    }
    if (c == '=' && !quoted) {
      ++equals;
      if ((before(1) == ' ' || before(1) == ',') && before(2) != '\\') return "missing field key";
      if (at + 1 >= line.size() || line[at + 1] == ',' || line[at + 1] == ' ') return "missing field value";
      const char first = line[at + 1];
      if ((first >= '0' && first <= '9') || first == '.' || first == '-' || first == 'N' || first == 'n') {
        std::string error;
        at = scan_number(line, at + 1, error);
        if (!error.empty()) return error;
        continue;
      }
      if (first != '"') {
        ++at;
        if (std::string error = scan_boolean(line, at); !error.empty()) return error;
        continue;
      }
    }
    if (c == ',' && !quoted) ++commas;
    if (c == ' ' && !quoted) break;
    ++at;
  }
  if (quoted) return "unbalanced quotes";
  if (equals == 0 || commas != equals - 1) return "invalid field format";
  return {};
}

std::string scan_time(std::string_view line, size_t& at, std::string_view& time) {
  const size_t begin = at;
  if (at < line.size() && line[at] == '-') ++at;
  for (; at < line.size() && line[at] != '\n' && line[at] != ' '; ++at) {
    if (line[at] < '0' || line[at] > '9') return "bad timestamp";
  }
  time = line.substr(begin, at - begin);
  if (time.empty()) return {};
  if (time == "-") return "strconv.ParseInt: parsing \"-\": invalid syntax";
  if (!parse_int<int64_t>(time)) return fmt::format("strconv.ParseInt: parsing \"{}\": value out of range", time);
  while (at < line.size() && line[at] == ' ') ++at;
  return at < line.size() ? "point is invalid" : "";
}

// The value at the start of `fields`, behind its name.
size_t value_size(std::string_view fields) {
  bool quoted = false;
  size_t at = 0;
  while (at < fields.size()) {
    if (fields[at] == '\\' && at + 1 < fields.size() && (fields[at + 1] == '"' || fields[at + 1] == '\\')) {
      at += 2;
      continue;
    }
    if (fields[at] == '"') quoted = !quoted;
    if (fields[at] == ',' && !quoted) break;
    ++at;
  }
  return std::min(at, fields.size());
}

bool read_value(std::string_view value, LineField& out) {
  if (value.empty()) return false;
  if (value.front() == '"') {
    if (value.size() < 2) return false;
    out.type = FieldType::String;
    out.text = value.substr(1, value.size() - 2);
    return true;
  }
  switch (value.front()) {
    case 't':
    case 'T':
    case 'f':
    case 'F':
      out.type = FieldType::Boolean;
      out.bits = value.front() == 't' || value.front() == 'T' ? 1 : 0;
      return true;
    default: break;
  }
  const std::string_view digits = value.substr(0, value.size() - 1);
  if (value.back() == 'i') {
    const auto number = parse_int<int64_t>(digits);
    if (!number) return false;
    out.type = FieldType::Integer;
    out.bits = static_cast<uint64_t>(*number);
    return true;
  }
  if (value.back() == 'u') {
    const auto number = parse_int<uint64_t>(digits);
    if (!number) return false;
    out.type = FieldType::Unsigned;
    out.bits = *number;
    return true;
  }
  double number = 0;
  if (!parse_float(value, number)) return false;
  out.type = FieldType::Float;
  out.bits = std::bit_cast<uint64_t>(number);
  return true;
}

template <class T>
std::string out_of_range(std::string_view kind, std::string_view function, std::string_view digits) {
  if (parse_int<T>(digits)) return {};
  return fmt::format("unable to parse {} {}: strconv.{}: parsing \"{}\": value out of range", kind, digits, function,
                     digits);
}

}  // namespace

bool parse_float(std::string_view text, double& out) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  if (stop != end || text.empty()) return false;
  if (error == std::errc{}) return std::isfinite(out);
  if (error != std::errc::result_out_of_range) return false;
  // Too large or too small is the same to from_chars; a type with a longer exponent can tell, for all but the absurd.
  long double wide = std::numeric_limits<long double>::infinity();
  (void)std::from_chars(text.data(), end, wide);
  if (!std::isfinite(wide) ? text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos
                           : std::fabs(wide) > 1) {
    return false;
  }
  out = text.front() == '-' ? -0.0 : 0.0;
  return true;
}

size_t scan_number(std::string_view text, size_t at, std::string& error) {
  const size_t begin = at;
  if (text[at] == '-') ++at;
  bool decimal = false;
  bool scientific = false;
  char suffix = '\0';
  for (; at < text.size() && text[at] != ',' && text[at] != ' '; ++at) {
    const char c = text[at];
    const char previous = at > begin ? text[at - 1] : '\0';
    bool good = (c >= '0' && c <= '9') && suffix == '\0';
    if ((c == 'i' || c == 'u') && at > begin && suffix == '\0') {
      suffix = c;
      good = true;
    } else if (c == '.' && !decimal) {
      decimal = good = true;
    } else if ((c == 'e' || c == 'E') && at > begin) {
      scientific = good = true;
    } else if ((c == '+' || c == '-') && (previous == 'e' || previous == 'E')) {
      good = true;
    }
    if (!good) {
      error = kInvalidNumber;
      return at;
    }
  }
  const std::string_view number = text.substr(begin, at - begin);
  const size_t digits = number.size() - (suffix != '\0' ? 1 : 0) - (decimal ? 1 : 0) - (text[begin] == '-' ? 1 : 0);
  if (digits == 0 || (suffix != '\0' && (decimal || scientific)) || (suffix == 'u' && number.front() == '-')) {
    error = kInvalidNumber;
  } else if (suffix == 'i') {
    error = out_of_range<int64_t>("integer", "ParseInt", number.substr(0, number.size() - 1));
  } else if (suffix == 'u') {
    error = out_of_range<uint64_t>("unsigned", "ParseUint", number.substr(0, number.size() - 1));
  } else if (double value = 0; !parse_float(number, value)) {
    error = "invalid float";
  }
  return at;
}

std::string split_line(std::string_view line, LineParts& out) {
  size_t at = skip_spaces(line, 0);
  const size_t head = at;
  if (std::string error = scan_head(line, at); !error.empty()) return error;
  out.head = line.substr(head, at - head);
  at = skip_spaces(line, at);
  const size_t fields = at;
  if (std::string error = scan_fields(line, at); !error.empty()) return error;
  out.fields = line.substr(fields, at - fields);
  if (out.fields.empty()) return "missing fields";
  at = skip_spaces(line, at);
  out.time = {};
  if (std::string error = scan_time(line, at, out.time); !error.empty()) return error;

  // The two readings of backslashes above can differ on names that end with one; such a line is none.
  LineField field;
  std::string_view rest = out.fields;
  while (next_field(rest, field)) {
    const size_t size = out.head.size() + 4 + field.name.size();
    if (size > kMaxKey) return fmt::format("max key length exceeded: {} > {}", size, kMaxKey);
  }
  if (!rest.empty()) return "invalid field format";
  // Where a line ends, two backslashes before a blank end the head, and a quote behind them may begin a string: with
  // others behind it such a line would swallow them.
  if (line.find('\\') != std::string_view::npos && line.find('"') != std::string_view::npos) {
    const std::string alone = fmt::format("{} {}\n", out.head, out.fields);
    if (end_of_line(alone, 0) + 1 != alone.size()) return "unbalanced quotes";
  }
  return {};
}

bool next_field(std::string_view& fields, LineField& out) {
  const size_t equals = find_bare(fields, '=', 0);
  if (equals >= fields.size()) return false;
  const size_t size = value_size(fields.substr(equals + 1));
  const size_t end = equals + 1 + size;
  out.name = fields.substr(0, equals);
  if (out.name.empty() || !read_value(fields.substr(equals + 1, size), out)) return false;
  // A comma with nothing behind it is left, so that it is seen.
  fields.remove_prefix(end + 1 < fields.size() ? end + 1 : end);
  return true;
}

size_t end_of_line(std::string_view text, size_t at) {
  bool quoted = false;
  bool fields = false;
  size_t equals = 0;
  size_t commas = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\') {
      at += 2;
      continue;
    }
    if (c == ' ') fields = true;
    if (fields && !quoted && c == '=') {
      ++equals;
    } else if (fields && !quoted && c == ',') {
      ++commas;
    } else if (fields && c == '"' && equals > commas) {
      quoted = !quoted;
    } else if (c == '\n' && !quoted) {
      break;
    }
    ++at;
  }
  return std::min(at, text.size());
}

}  // namespace inquest::store
