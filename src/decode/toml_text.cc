#include "decode/toml_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::decode {
namespace {

// toml++ 3.3 limits how deep values nest (256), but not how many parts a key has, and each part is a table in a table
// that is destroyed by recursion.
constexpr size_t kMostKeyParts = 16;

// A tree of nodes takes a hundred times the memory of its text. Telegraf's sample of all settings has half of this.
constexpr size_t kMaxText = 2 << 20;

// The end of the string that begins at text[at] with a quote: the index after its last quote, or where it breaks off.
size_t skip_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool several_lines = text.substr(at).starts_with(three);
  at += several_lines ? 3 : 1;
  while (at < text.size()) {
    if (quote == '"' && text[at] == '\\') {
      at += 2;
    } else if (several_lines && text.substr(at).starts_with(three)) {
      at += 3;  // up to two quotes before the closing three belong to the text
      for (int more = 0; more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    } else if (!several_lines && text[at] == quote) {
      return at + 1;
    } else if (!several_lines && text[at] == '\n') {
      return at;  // an error, which toml++ will report
    } else {
      ++at;
    }
  }
  return text.size();
}

// The line of the first key with too many parts, or 0.
size_t find_deep_key(std::string_view text) {
  size_t line = 1;
  size_t dots = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const size_t end = std::min(skip_string(text, at), text.size());
      line += static_cast<size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                             text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end;
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (c == '.' && ++dots >= kMostKeyParts) return line;
    if (c == '\n') ++line;
    if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{') dots = 0;
    ++at;
  }
  return 0;
}

// How to write what people usually mean by a fault.
std::string_view advice(std::string_view fault) {
  struct Row {
    std::string_view fault;
    std::string_view advice;
  };
  static constexpr Row kRows[] = {
      {"parsing time: expected ':'", "a time without seconds goes in quotes: \"2026-02-09 07:55\""},
      {"could not determine value type", "put text in quotes"},
      {"unescaped control characters", R"(close the quote on its line, or use """ around text of several lines)"},
      {"expected a comment or whitespace", "inside of text write a quote as \\\", or put the text in 'single quotes'"},
      {"cannot redefine", "give each key and table once"},
  };
  for (const Row& row : kRows) {
    if (fault.find(row.fault) != std::string_view::npos) return row.advice;
  }
  return "correct that line";
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text) {
  if (text.size() > kMaxText) return fail(ErrorCode::Limit, fmt::format("more than {} MiB of TOML", kMaxText >> 20));
  if (const size_t line = find_deep_key(text); line != 0) {
    return fail(Error{ErrorCode::Limit, fmt::format("a key of more than {} parts", kMostKeyParts), {}, 0, line});
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {  // the library has no other way to say no
    std::string_view fault = error.description();
    static constexpr std::string_view kPrefix = "Error while ";
    if (fault.starts_with(kPrefix)) fault.remove_prefix(kPrefix.size());
    return fail(Error{ErrorCode::Malformed,
                      fmt::format("not TOML ({}): {}", ellipsis(printable(fault), 160), advice(fault)),
                      {},
                      0,
                      error.source().begin.line});
  }
}

std::optional<std::string_view> toml_header(std::string_view line) {
  if (!line.starts_with('[')) return std::nullopt;
  const size_t start = line.find_first_not_of("[ \t");
  const size_t end = line.find(']');
  if (start == std::string_view::npos || end == std::string_view::npos || end <= start) return std::nullopt;
  return trim(line.substr(start, end - start));
}

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time without a date";
    case toml::node_type::date_time: return "a date and time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

}  // namespace inquest::decode
