// InfluxQL's tokens, and what a parser says of one that it did not expect.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace inquest::query {

struct InfluxqlToken {
  enum class Kind : uint8_t { End, Word, Quoted, String, Number, Integer, Duration, Regex, Sign, Bad };
  Kind kind = Kind::End;
  std::string text;  // without quotes
  size_t at = 0;     // the byte that it begins with
};

// The token that is next, of a text that must outlive this. `parameters` say what stands for `$name`; they too must
// outlive it.
class InfluxqlTokens {
 public:
  using Kind = InfluxqlToken::Kind;

  using Parameters = std::map<std::string, InfluxqlToken, std::less<>>;

  InfluxqlTokens(std::string_view text, const Parameters& parameters) : text_(text), parameters_(parameters) {
    advance();
  }

  const InfluxqlToken& next() const { return token_; }
  bool at_end() const { return token_.kind == Kind::End; }
  bool is_word(std::string_view name) const;  // in lower case, and not quoted
  bool is_sign(std::string_view sign) const { return token_.kind == Kind::Sign && token_.text == sign; }
  void advance() { token_ = read(false); }
  // A slash begins a regular expression where one can stand: the next token, or the one behind it, as such.
  void again_as_regex();
  void advance_to_regex() { token_ = read(true); }

  // Whether it was the next one, which is passed then.
  bool accept(std::string_view name);
  bool accept_sign(std::string_view sign);
  // Malformed where something else stands there.
  Result<void> expect(std::string_view name);
  Result<void> expect_sign(std::string_view sign);
  Result<std::string> identifier();
  Result<size_t> count();

  // "error parsing query: found X, expected Y at line 1, char 8", with X the next token.
  std::unexpected<Error> found(std::string_view expected) const;
  // "... at line 1, char 8": of what is wrong with the next token.
  std::unexpected<Error> wrong(std::string_view what) const;

 private:
  InfluxqlToken read(bool regex_allowed);
  void skip_blanks();
  bool digit(size_t at) const;
  InfluxqlToken quoted(char quote);
  InfluxqlToken regex();
  InfluxqlToken number();
  std::string place() const;

  std::optional<InfluxqlToken> parameter();

  std::string_view text_;
  const Parameters& parameters_;
  size_t at_ = 0;  // where the token behind the next one is read from
  InfluxqlToken token_;
};

// "90s", "1h30m", "5u"; nothing for what is no duration, or has months.
std::optional<Ns> influxql_duration(std::string text);

}  // namespace inquest::query
