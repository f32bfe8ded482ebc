// Who may use HTTP: tokens, of which only hashes are kept.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/http.h"

namespace inquest::record {

struct NewToken {
  std::string token;  // 256 random bits in base64url: what the client is given
  std::string line;   // "NAME:sha256:HEX": what the recorder keeps
};
// Io where the system gives no random bytes.
Result<NewToken> make_token(std::string_view name);

class Tokens {
 public:
  Tokens() = default;
  // Lines as make_token() gives them: of the configuration's list, and of a file, one a line, with # for comments. An
  // empty path is no file.
  static Result<Tokens> load(std::span<const std::string> lines, const std::string& file);

  bool empty() const { return tokens_.empty(); }
  // The name of the token that the request carries, as "Authorization: Token X", "Bearer X", Basic with the token as
  // password, "Token USER:X", or InfluxDB 1's parameter p; empty where it carries none that is known.
  std::string_view name_of(const HttpRequest& request) const;

 private:
  struct Token {
    std::string name;
    std::string hash;
  };
  std::string_view find(std::string_view token) const;

  std::vector<Token> tokens_;
};

}  // namespace inquest::record
