#include "query/lexer.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::query {
namespace {

constexpr size_t kMostBytes = 16 << 20;
constexpr size_t kMostTokens = 300'000;
// Each may take megabytes when it is compiled.
constexpr size_t kMostRegexps = 128;
constexpr size_t kMostNesting = 1'000;  // of strings in expressions in strings

// Longer ones first.
constexpr std::array kSymbols = {std::string_view("|>"), std::string_view("=>"), std::string_view("<-"),
                                 std::string_view("=="), std::string_view("!="), std::string_view("<="),
                                 std::string_view(">="), std::string_view("=~"), std::string_view("!~")};
constexpr std::string_view kSingles = "+-*/%^<>=()[]{},:.?@|";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return begins_name(c) || is_digit(c); }

// The length of the UTF-8 character at the start, 0 where there is none.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, and what is beyond U+10FFFF.
  const bool wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
                     (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
  return wrong ? 0 : length;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    if (text_.size() > kMostBytes) return fail(ErrorCode::Limit, "the query is longer than 16 MiB");
    if (auto sound = check_utf8(); !sound) return fail(std::move(sound).error());
    while (pos_ < text_.size() || !inside_.empty()) {
      if (tokens_.size() >= kMostTokens) return fail(error_at(here(), ErrorCode::Limit, "the query is too long"));
      if (auto done = in_string() ? string_piece() : token(); !done) return fail(std::move(done).error());
    }
    push(TokenKind::End, 0);
    return std::move(tokens_);
  }

 private:
  // What the text stands in: a string, or an expression in one, with the braces that were opened in it.
  struct Inside {
    bool string = false;
    Location opened;
    size_t braces = 0;
  };

  bool in_string() const { return !inside_.empty() && inside_.back().string; }
  std::string_view rest() const { return text_.substr(pos_); }
  Location here() const { return {line_, static_cast<uint32_t>(pos_ - line_start_) + 1}; }

  void advance(size_t count) {
    for (const size_t end = pos_ + count; pos_ < end; ++pos_) {
      if (text_[pos_] != '\n') continue;
      ++line_;
      line_start_ = pos_ + 1;
    }
  }

  void push(TokenKind kind, size_t length) {
    tokens_.push_back({kind, text_.substr(pos_, length), here(), 0});
    advance(length);
  }

  Result<void> check_utf8() {
    for (size_t at = 0; at < text_.size();) {
      const size_t length = utf8_length(text_.substr(at));
      if (length == 0) {
        advance(at);
        return fail(error_at(here(), ErrorCode::Malformed, "the query is not valid UTF-8"));
      }
      at += length;
    }
    return {};
  }

  Result<void> string_piece() {
    size_t length = 0;
    const auto text = rest();
    while (length < text.size() && text[length] != '"' && !text.substr(length).starts_with("${")) {
      length += text[length] == '\\' ? 2 : 1;
    }
    if (length >= text.size()) {
      return fail(error_at(inside_.back().opened, ErrorCode::Malformed, "this string does not end"));
    }
    if (length > 0) push(TokenKind::StringPiece, length);
    if (text_[pos_] == '"') {
      push(TokenKind::StringEnd, 1);
      inside_.pop_back();
      return {};
    }
    return open({false, here(), 0}, TokenKind::InterpolationStart, 2);
  }

  Result<void> open(Inside inside, TokenKind kind, size_t length) {
    if (inside_.size() >= kMostNesting) {
      return fail(error_at(here(), ErrorCode::Limit, "strings are nested too deep"));
    }
    inside_.push_back(inside);
    push(kind, length);
    return {};
  }

  Result<void> token() {
    const auto text = rest();
    if (text.empty()) {
      return fail(error_at(inside_.back().opened, ErrorCode::Malformed, "this `${` has no `}`"));
    }
    const char c = text[0];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      advance(1);
      return {};
    }
    if (text.starts_with("//")) {
      advance(std::min(text.find('\n'), text.size()));
      return {};
    }
    if (c == '"') return open({true, here(), 0}, TokenKind::StringStart, 1);
    if (begins_name(c)) {
      size_t length = 1;
      while (length < text.size() && continues_name(text[length])) ++length;
      push(TokenKind::Identifier, length);
      return {};
    }
    if (is_digit(c) || (c == '.' && text.size() > 1 && is_digit(text[1]) && !ends_operand())) {
      number();
      return {};
    }
    if (c == '/' && !ends_operand()) return regexp();
    return symbol();
  }

  // Whether the token before ends an operand, so that a slash divides.
  bool ends_operand() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    switch (last.kind) {
      case TokenKind::Identifier: {
        constexpr std::array kWords = {"and", "or", "not", "exists", "if", "then", "else", "return"};
        return std::find(kWords.begin(), kWords.end(), last.text) == kWords.end();
      }
      case TokenKind::Int:
      case TokenKind::Float:
      case TokenKind::Duration:
      case TokenKind::Time:
      case TokenKind::Regexp:
      case TokenKind::StringEnd: return true;
      case TokenKind::Symbol: return last.text == ")" || last.text == "]" || last.text == "}";
      default: return false;
    }
  }

  void number() {
    const auto text = rest();
    if (const size_t length = time_length(text); length > 0) {
      push(TokenKind::Time, length);
      return;
    }
    size_t length = digits(text, 0);
    if (length < text.size() && text[length] == '.' && length + 1 <= text.size() &&
        (length + 1 == text.size() || !begins_name(text[length + 1]))) {
      length += 1 + digits(text, length + 1);
      push(TokenKind::Float, length + exponent(text.substr(length)));
      return;
    }
    if (const size_t power = exponent(text.substr(length)); power > 0) {
      push(TokenKind::Float, length + power);
      return;
    }
    size_t end = length;  // of a duration: digits and units in turn
    while (end < text.size() && begins_name(text[end])) {
      while (end < text.size() && begins_name(text[end])) ++end;
      end += digits(text, end);
    }
    push(end > length ? TokenKind::Duration : TokenKind::Int, end);
  }

  static size_t digits(std::string_view text, size_t from) {
    size_t end = from;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - from;
  }

  static size_t exponent(std::string_view text) {
    if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return 0;
    const size_t sign = text[1] == '+' || text[1] == '-' ? 1 : 0;
    const size_t count = digits(text, 1 + sign);
    return count == 0 ? 0 : 1 + sign + count;
  }

  // "2020-01-31", and what belongs to a time of day behind it.
  static size_t time_length(std::string_view text) {
    constexpr std::string_view kDate = "dddd-dd-dd";
    const auto like = [&](std::string_view shape, size_t at) {
      if (text.size() < at + shape.size()) return false;
      for (size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 'd' ? !is_digit(text[at + i]) : text[at + i] != shape[i]) return false;
      }
      return true;
    };
    if (!like(kDate, 0)) return 0;
    size_t end = kDate.size();
    if (!like("Tdd:dd:dd", end)) return end;
    end += 9;
    if (like(".d", end)) end += 1 + digits(text, end + 1);
    if (end < text.size() && text[end] == 'Z') return end + 1;
    return like("+dd:dd", end) || like("-dd:dd", end) ? end + 6 : end;
  }

  Result<void> regexp() {
    const auto text = rest();
    size_t length = 1;
    while (length < text.size() && text[length] != '/' && text[length] != '\n') length += text[length] == '\\' ? 2 : 1;
    if (length >= text.size() || text[length] != '/') {
      return fail(error_at(here(), ErrorCode::Malformed, "this regular expression does not end"));
    }
    if (++regexps_ > kMostRegexps) {
      return fail(error_at(here(), ErrorCode::Limit, "the query has too many regular expressions"));
    }
    push(TokenKind::Regexp, length + 1);
    return {};
  }

  Result<void> symbol() {
    const auto text = rest();
    for (const std::string_view symbol : kSymbols) {
      if (!text.starts_with(symbol)) continue;
      push(TokenKind::Symbol, symbol.size());
      return {};
    }
    const char c = text[0];
    if (kSingles.find(c) == std::string_view::npos) {
      const auto shown = printable(text.substr(0, utf8_length(text)));
      return fail(error_at(here(), ErrorCode::Malformed, fmt::format("unexpected character `{}`", shown)));
    }
    if (c == '(') parens_.push_back(static_cast<uint32_t>(tokens_.size()));
    if (c == ')' && !parens_.empty()) {
      tokens_[parens_.back()].closing = static_cast<uint32_t>(tokens_.size());
      parens_.pop_back();
    }
    if (!inside_.empty()) {
      if (c == '{') ++inside_.back().braces;
      if (c == '}' && inside_.back().braces-- == 0) {
        inside_.pop_back();
        push(TokenKind::InterpolationEnd, 1);
        return {};
      }
    }
    push(TokenKind::Symbol, 1);
    return {};
  }

  std::string_view text_;
  size_t pos_ = 0;
  uint32_t line_ = 1;
  size_t line_start_ = 0;
  std::vector<Token> tokens_;
  std::vector<Inside> inside_;
  std::vector<uint32_t> parens_;  // tokens that are open
  size_t regexps_ = 0;
};

}  // namespace

Result<std::vector<Token>> lex(std::string_view text) { return Lexer(text).run(); }

Error error_at(Location at, ErrorCode code, std::string_view message) {
  return Error{code, fmt::format("{}:{}: {}", at.line, at.column, message), {}, 0, at.line};
}

}  // namespace inquest::query
