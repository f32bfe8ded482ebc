#include "query/json_text.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "query/unicode.h"

namespace inquest::query {
namespace {

void put_ascii(char c, std::string& out) {
  switch (c) {
    case '"':
    case '\\': out += {'\\', c}; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

}  // namespace

void put_json_text(std::string_view text, std::string& out) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      put_ascii(text[at++], out);
      continue;
    }
    size_t end = at;
    while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) ++end;
    for (const char32_t point : code_points(text.substr(at, end - at))) {
      // Line ends to JavaScript, though not to JSON.
      if (point == 0x2028 || point == 0x2029) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<uint32_t>(point));
      } else {
        append_utf8(point, out);
      }
    }
    at = end;
  }
  out += '"';
}

void put_json_number(double value, std::string& out) {
  const double size = std::fabs(value);
  const bool exponent = size != 0 && (size < 1e-6 || size >= 1e21);
  char digits[400];
  const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                 exponent ? std::chars_format::scientific : std::chars_format::fixed)
                       .ptr;
  std::string_view text(digits, static_cast<size_t>(end - digits));
  const size_t at = exponent ? text.find("e-0") : std::string_view::npos;
  if (at == std::string_view::npos) {
    out += text;
  } else {
    out += text.substr(0, at + 2);
    out += text.substr(at + 3);
  }
}

}  // namespace inquest::query
