// Flux's text in tokens.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/function.h"

namespace inquest::query {

enum class TokenKind : uint8_t {
  End,
  Identifier,  // keywords too: a parser that expects one looks at the text
  Int,
  Float,
  Duration,
  Time,
  Regexp,  // with its slashes
  // A string is a StringStart, then pieces of text and, between InterpolationStart and InterpolationEnd, the tokens of
  // expressions, then a StringEnd.
  StringStart,
  StringPiece,  // as it was written, escapes included
  StringEnd,
  InterpolationStart,
  InterpolationEnd,
  Symbol,  // operators and brackets
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;  // of the query; a piece of a string without quotes
  Location at;
  uint32_t closing = 0;  // of "(": which token closes it; 0 where none does
};

// All tokens, the last an End. Malformed for text that is no UTF-8, for strings, comments and expressions that do not
// end, and for characters that mean nothing in Flux: "3:14: unexpected character `#`". Limit for more than 16 MiB,
// 300,000 tokens, or 128 regular expressions. Tokens are views of `text`.
Result<std::vector<Token>> lex(std::string_view text);

// An error at a place in the query: "3:14: ...". Its `line` is set, which tells it from one that has no place yet.
Error error_at(Location at, ErrorCode code, std::string_view message);

}  // namespace inquest::query
