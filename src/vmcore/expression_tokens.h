// The words and signs that an expression is written in (expression.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::vmcore {

enum class TokenKind : uint8_t { Name, Number, Sign, End };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;
  size_t at = 0;  // in the whole text
  uint64_t number = 0;
};

// The error of a text that is no expression: what is wrong, and at which character of it (the first is 1).
Error malformed_expression(size_t at, std::string_view what);

// All of the text, which must outlive them, and one of kind End behind. Hexadecimal digits need no 0x where a digit is
// the first. Malformed for a character that means nothing, Limit for more than 4 KiB.
Result<std::vector<Token>> expression_tokens(std::string_view text);

// How tightly a sign of two operands binds, from 1 (`||`) to 10 (`*`); 0 for what is none.
int precedence(std::string_view sign);

}  // namespace inquest::vmcore
