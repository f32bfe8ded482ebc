#include "vmcore/expression_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMostText = 4096;  // of one expression

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

Error malformed_expression(size_t at, std::string_view what) {
  return Error{ErrorCode::Malformed, fmt::format("at character {}: {}", at + 1, what), {}, 0, 0};
}

Result<std::vector<Token>> expression_tokens(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kLong = {"->", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||"};
  if (text.size() > kMostText) return fail(ErrorCode::Limit, "the expression is too long");
  std::vector<Token> out;
  size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
      continue;
    }
    size_t end = at + 1;
    Token token{TokenKind::Sign, {}, at, 0};
    if (in_name(c)) {
      // Compilers' names have dots in them (`foo.isra.0`), but members are more frequent.
      while (end < text.size() && in_name(text[end])) ++end;
      token.text = text.substr(at, end - at);
      token.kind = TokenKind::Name;
      if (!starts_name(c)) {
        std::string_view digits = token.text;
        while (!digits.empty() && std::string_view("uUlL").find(digits.back()) != std::string_view::npos) {
          digits.remove_suffix(1);
        }
        const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
        auto number = hex ? parse_int<uint64_t>(digits.substr(2), 16) : parse_int<uint64_t>(digits);
        if (!number && !hex) number = parse_int<uint64_t>(token.text, 16);
        if (!number) return fail(malformed_expression(at, fmt::format("{} is no number", printable(token.text))));
        token.kind = TokenKind::Number;
        token.number = *number;
      }
    } else {
      if (std::ranges::find(kLong, text.substr(at, 2)) != kLong.end()) ++end;
      token.text = text.substr(at, end - at);
      if (token.text.size() == 1 && std::string_view("+-*/%&|^~!<>()[].,:").find(c) == std::string_view::npos) {
        return fail(malformed_expression(at, fmt::format("\"{}\" means nothing here", printable(token.text))));
      }
    }
    out.push_back(token);
    at = end;
  }
  out.push_back({TokenKind::End, {}, text.size(), 0});
  return out;
}

int precedence(std::string_view sign) {
  struct Level {
    std::string_view signs;
    int level;
  };
  static constexpr std::array kLevels = {Level{"||", 1},  Level{"&&", 2},    Level{"|", 3},         Level{"^", 4},
                                         Level{"&", 5},   Level{"== !=", 6}, Level{"< <= > >=", 7}, Level{"<< >>", 8},
                                         Level{"+ -", 9}, Level{"* / %", 10}};
  for (const Level& level : kLevels) {
    for (const std::string_view one : split_blanks(level.signs)) {
      if (one == sign) return level.level;
    }
  }
  return 0;
}

}  // namespace inquest::vmcore
