#include "query/literal.h"

#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "query/regexp.h"

namespace inquest::query {
namespace {

// The smallest integer's literal is one more than what fits; its minus stands in front of it.
constexpr std::string_view kBeyondInt = "9223372036854775808";

Result<Value> read_regexp(std::string_view text) {
  text = text.substr(1, text.size() - 2);
  std::string source;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("\\/")) ++at;
    source += text[at];
  }
  auto compiled = Regexp::compile(source);
  if (!compiled) return fail(std::move(compiled).error());
  return Value::regexp(std::move(*compiled));
}

std::optional<int> hex_digit(char c) { return parse_int<int>(std::string_view(&c, 1), 16); }

}  // namespace

Result<Value> read_literal(const Token& token) {
  const auto text = token.text;
  const auto refuse = [&](std::string_view what) {
    return fail(ErrorCode::Malformed, fmt::format("`{}` is no {}", ellipsis(printable(text), 60), what));
  };
  switch (token.kind) {
    case TokenKind::Int: {
      if (text.size() > 1 && text[0] == '0') return refuse("integer: it begins with 0");
      const auto value = parse_int<int64_t>(text);
      if (value) return Value::integer(*value);
      if (text == kBeyondInt) return Value::unsigned_integer(uint64_t{1} << 63);
      return refuse("integer of 64 bits");
    }
    case TokenKind::Float: {
      const std::string whole = text.ends_with('.') ? std::string(text) + "0" : "0" + std::string(text);
      const auto value = parse_double(whole);
      if (!value) return refuse("number");
      return Value::floating(*value);
    }
    case TokenKind::Duration: {
      const auto value = parse_duration(text);
      if (!value) return refuse("duration");
      return Value::duration(*value);
    }
    case TokenKind::Time: {
      const auto value = parse_time(text);
      if (!value) return refuse("time");
      return Value::time(*value);
    }
    default: return read_regexp(text);
  }
}

Result<std::string> unescape(std::string_view piece) {
  std::string out;
  for (size_t at = 0; at < piece.size(); ++at) {
    if (piece[at] != '\\') {
      out += piece[at];
      continue;
    }
    const char c = ++at < piece.size() ? piece[at] : '\0';
    switch (c) {
      case 'n': out += '\n'; continue;
      case 'r': out += '\r'; continue;
      case 't': out += '\t'; continue;
      case '\\':
      case '"':
      case '$': out += c; continue;
      default: break;
    }
    const auto high = c == 'x' && at + 2 < piece.size() ? hex_digit(piece[at + 1]) : std::nullopt;
    const auto low = high ? hex_digit(piece[at + 2]) : std::nullopt;
    if (!low) {
      return fail(ErrorCode::Malformed, fmt::format("`\\{}` is no escape: \\n \\r \\t \\\\ \\\" \\${{ \\x41 are",
                                                    printable(piece.substr(at, 1))));
    }
    out += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return out;
}

std::optional<Value> negative_literal(const Value& value) {
  if (value.is(Type::Int))
    return Value::integer(static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(value.as_int())));
  if (value.is(Type::Uint)) return Value::integer(std::numeric_limits<int64_t>::min());
  if (value.is(Type::Float)) return Value::floating(-value.as_float());
  if (value.is(Type::Duration)) {
    const auto negated = negate(value.as_duration());
    if (negated) return Value::duration(*negated);
  }
  return std::nullopt;
}

std::optional<Ns> parse_time(std::string_view text) {
  const auto parsed = parse_iso_date_or_time(text);
  if (!parsed || parsed->length != text.size()) return std::nullopt;
  if (parsed->precision == Precision::Day) return parsed->local;
  return parsed->utc();
}

}  // namespace inquest::query
