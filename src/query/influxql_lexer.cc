#include "query/influxql_lexer.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "query/duration.h"

namespace inquest::query {
namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0; }

}  // namespace

bool InfluxqlTokens::is_word(std::string_view name) const {
  return token_.kind == Kind::Word && lower(token_.text) == name;
}

void InfluxqlTokens::again_as_regex() {
  if (!is_sign("/")) return;
  at_ = token_.at;
  advance_to_regex();
}

bool InfluxqlTokens::accept(std::string_view name) {
  if (!is_word(name)) return false;
  advance();
  return true;
}

bool InfluxqlTokens::accept_sign(std::string_view sign) {
  if (!is_sign(sign)) return false;
  advance();
  return true;
}

Result<void> InfluxqlTokens::expect(std::string_view name) {
  if (accept(name)) return {};
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return found(upper);
}

Result<void> InfluxqlTokens::expect_sign(std::string_view sign) {
  if (accept_sign(sign)) return {};
  return found(sign);
}

Result<std::string> InfluxqlTokens::identifier() {
  if (token_.kind != Kind::Word && token_.kind != Kind::Quoted) return found("identifier");
  std::string out = token_.text;
  advance();
  return out;
}

Result<size_t> InfluxqlTokens::count() {
  const auto value = token_.kind == Kind::Integer ? parse_int<size_t>(token_.text) : std::nullopt;
  if (!value) return found("integer");
  advance();
  return *value;
}

std::string InfluxqlTokens::place() const {
  const std::string_view before = text_.substr(0, token_.at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t start = before.rfind('\n');
  size_t column = start == std::string_view::npos ? token_.at : token_.at - start - 1;
  // InfluxDB's counting: the end stands one behind the text, and a string at what is before its quote.
  if (at_end()) ++column;
  if (token_.kind == Kind::String && column > 0) --column;
  return fmt::format("at line {}, char {}", line, column + 1);
}

std::unexpected<Error> InfluxqlTokens::found(std::string_view expected) const {
  return wrong(fmt::format("found {}, expected {}", at_end() ? "EOF" : printable(token_.text), expected));
}

std::unexpected<Error> InfluxqlTokens::wrong(std::string_view what) const {
  return fail(ErrorCode::Malformed, fmt::format("error parsing query: {} {}", what, place()));
}

InfluxqlToken InfluxqlTokens::read(bool regex_allowed) {
  skip_blanks();
  InfluxqlToken token{Kind::End, {}, at_};
  if (at_ >= text_.size()) return token;
  const char c = text_[at_];
  if (c == '"' || c == '\'') return quoted(c);
  if (c == '/' && regex_allowed) return regex();
  if (digit(at_) || (c == '.' && digit(at_ + 1))) return number();
  if (is_name(c)) {
    token.kind = Kind::Word;
    while (at_ < text_.size() && is_name(text_[at_])) token.text += text_[at_++];
    return token;
  }
  if (c == '$') {
    if (auto given = parameter()) return std::move(*given);
  }
  token.kind = Kind::Sign;
  for (const std::string_view sign : {"::", "<=", ">=", "<>", "!=", "=~", "!~"}) {
    if (text_.substr(at_).starts_with(sign)) token.text = sign;
  }
  if (token.text.empty()) token.text = std::string(1, c);
  at_ += token.text.size();
  return token;
}

// Nothing where there is none of that name: then "$" is a sign that nobody expects.
std::optional<InfluxqlToken> InfluxqlTokens::parameter() {
  size_t end = at_ + 1;
  while (end < text_.size() && is_name(text_[end])) ++end;
  const auto found = parameters_.find(text_.substr(at_ + 1, end - at_ - 1));
  if (found == parameters_.end()) return std::nullopt;
  InfluxqlToken out = found->second;
  out.at = std::exchange(at_, end);
  return out;
}

bool InfluxqlTokens::digit(size_t at) const {
  return at < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at])) != 0;
}

void InfluxqlTokens::skip_blanks() {
  while (at_ < text_.size()) {
    if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    } else if (text_.substr(at_).starts_with("--")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_.substr(at_).starts_with("/*")) {
      const size_t end = text_.find("*/", at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

InfluxqlToken InfluxqlTokens::quoted(char quote) {
  InfluxqlToken token{quote == '"' ? Kind::Quoted : Kind::String, {}, at_};
  for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      const char next = text_[++at_];
      if (next == 'n') {
        token.text += '\n';
      } else if (next == '\\' || next == '"' || next == '\'') {
        token.text += next;
      } else {
        token.text += {'\\', next};
      }
    } else {
      token.text += text_[at_];
    }
  }
  if (at_ >= text_.size()) {
    if (quote == '\'') --token.at;
    token.kind = Kind::Bad;
  } else {
    ++at_;
  }
  return token;
}

InfluxqlToken InfluxqlTokens::regex() {
  InfluxqlToken token{Kind::Regex, {}, at_};
  for (++at_; at_ < text_.size() && text_[at_] != '/'; ++at_) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '/') token.text += '\\';
      ++at_;
    }
    token.text += text_[at_];
  }
  if (at_ >= text_.size()) {
    token.kind = Kind::Bad;
  } else {
    ++at_;
  }
  return token;
}

InfluxqlToken InfluxqlTokens::number() {
  InfluxqlToken token{Kind::Integer, {}, at_};
  while (digit(at_)) token.text += text_[at_++];
  if (at_ < text_.size() && text_[at_] == '.' && digit(at_ + 1)) {
    token.kind = Kind::Number;
    token.text += text_[at_++];
    while (digit(at_)) token.text += text_[at_++];
    return token;
  }
  // "90s", "1h30m": units follow the digits at once.
  while (at_ < text_.size() && is_name(text_[at_])) {
    token.kind = Kind::Duration;
    token.text += text_[at_++];
  }
  return token;
}

std::optional<Ns> influxql_duration(std::string text) {
  // "u" alone is microseconds here.
  for (size_t at = 0; at < text.size(); ++at) {
    const bool alone = text[at] == 'u' && (at + 1 == text.size() || text[at + 1] != 's');
    if (alone) text.insert(at + 1, "s");
  }
  const auto parsed = parse_duration(text);
  if (!parsed || parsed->months != 0) return std::nullopt;
  return parsed->ns;
}

}  // namespace inquest::query
