// Names with and without their backslashes, and the heads of lines.
#include <algorithm>

#include "store/line_protocol.h"

namespace inquest::store {
namespace {

std::string unescape(std::string_view text, std::string_view special) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && special.find(text[i + 1]) != std::string_view::npos) ++i;
    out += text[i];
  }
  return out;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == ',' || c == ' ' || c == '=' || c == '\n') out += '\\';
    out += c;
  }
}

// The first `stop` from `at` on that no backslash stands before, or the end.
size_t find_bare(std::string_view text, char stop, size_t at) {
  for (at = text.find(stop, at); at != std::string_view::npos; at = text.find(stop, at + 1)) {
    if (at == 0 || text[at - 1] != '\\') return at;
  }
  return text.size();
}

}  // namespace

std::string unescape_name(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  return unescape(text, ", =\n");
}

std::string unescape_string(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return std::string(text);
  return unescape(text, "\"\\");
}

SeriesKey parse_series(std::string_view head) {
  SeriesKey key;
  size_t at = find_bare(head, ',', 0);
  key.measurement = unescape_name(head.substr(0, at));
  while (at < head.size()) {
    const size_t equals = find_bare(head, '=', at + 1);
    if (equals >= head.size()) break;
    const size_t end = find_bare(head, ',', equals + 1);
    if (end > equals + 1) {
      key.tags.emplace_back(unescape_name(head.substr(at + 1, equals - at - 1)),
                            unescape_name(head.substr(equals + 1, end - equals - 1)));
    }
    at = end;
  }
  std::ranges::sort(key.tags);
  return key;
}

std::string format_series(const SeriesKey& key) {
  std::string out;
  append_escaped(out, key.measurement);
  for (const auto& [name, value] : key.tags) {
    out += ',';
    append_escaped(out, name);
    out += '=';
    append_escaped(out, value);
  }
  return out;
}

}  // namespace inquest::store
