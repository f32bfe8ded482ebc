#include "journal/plain_message.h"

#include <algorithm>
#include <cstdint>

namespace inquest::journal {
namespace {

constexpr char kEscape = '\x1B';

// The length of the colour, link or title that begins at the front (with its ESC); 0 where there is none.
size_t sequence(std::string_view text) {
  if (text.size() < 3 || (text[1] != '[' && text[1] != ']')) return 0;
  if (text[1] == '[') {
    const size_t end = text.find_first_not_of("0123456789;", 2);
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
  }
  const auto* const end = std::ranges::find_if(text.substr(2), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte < 32 || byte > 126;
  });
  return end != text.end() && *end == '\a' ? static_cast<size_t>(end - text.begin()) + 1 : 0;
}

}  // namespace

bool needs_plainer(std::string_view text) { return text.find_first_of("\t\r\x1B") != std::string_view::npos; }

std::string plainer(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t returns = 0;  // carriage returns that are dropped if a line end or the end follows
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r') {
      ++returns;
      continue;
    }
    if (c != '\n') out.append(returns, '\r');
    returns = 0;
    if (c == '\t') {
      out.append(8, ' ');
    } else if (const size_t length = c == kEscape ? sequence(text.substr(i)) : 0; length > 0) {
      i += length - 1;
    } else if (c == kEscape && i + 1 < text.size()) {
      // What follows an escape is no further control for this purpose, unless it opened a sequence that is none.
      out += c;
      out += text[++i];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace inquest::journal
