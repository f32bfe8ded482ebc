#include "record/tokens.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"

namespace inquest::record {
namespace {

constexpr size_t kMostFile = size_t{4} << 20U;
constexpr size_t kLongestCredentials = 4096;
constexpr size_t kHashLength = 64;
constexpr std::string_view kHashKind = ":sha256:";

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_of(":# \t") == std::string_view::npos && printable(text) == text;
}

bool is_hash(std::string_view text) {
  return text.size() == kHashLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<NewToken> make_token(std::string_view name) {
  if (!is_name(name))
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" names no token: no blanks, \":\" or \"#\"", printable(name)));
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return fail(ErrorCode::Io, "the system gives no random bytes");
  NewToken made{base64_url({reinterpret_cast<const char*>(bytes.data()), bytes.size()}), {}};
  made.token.erase(made.token.find_last_not_of('=') + 1);
  made.line = fmt::format("{}{}{}", name, kHashKind, sha256_hex(made.token));
  return made;
}

Result<Tokens> Tokens::load(std::span<const std::string> given, const std::string& file) {
  Tokens tokens;
  const auto take = [&](std::string_view line) {
    const size_t kind = line.find(kHashKind);
    if (kind == std::string_view::npos) return false;
    const std::string_view name = line.substr(0, kind);
    const std::string_view hash = line.substr(kind + kHashKind.size());
    if (!is_name(name) || !is_hash(hash)) return false;
    tokens.tokens_.push_back({std::string(name), std::string(hash)});
    return true;
  };
  const std::string_view hint = "is no token; `inquest record --make-token NAME` prints one and its line";
  for (const std::string& line : given) {
    if (!take(line)) return fail(ErrorCode::Malformed, fmt::format("tokens: \"{}\" {}", printable(line), hint));
  }
  if (file.empty()) return tokens;
  auto opened = File::open(file);
  if (!opened) return fail(opened.error().code, fmt::format("{}: {}", file, opened.error().message));
  std::string text(std::min<uint64_t>(opened->size(), kMostFile), '\0');
  const auto got = opened->read_at(0, text);
  if (!got) return fail(got.error().code, fmt::format("{}: {}", file, got.error().message));
  text.resize(*got);
  uint64_t number = 0;
  for (const std::string_view line : lines(text)) {
    ++number;
    const std::string_view bare = trim(line);
    if (bare.empty() || bare.starts_with('#') || take(bare)) continue;
    Error error{ErrorCode::Malformed, std::string(hint), file};  // the line itself may be a token by mistake
    error.line = number;
    return fail(std::move(error));
  }
  return tokens;
}

std::string_view Tokens::find(std::string_view token) const {
  if (token.empty() || token.size() > kLongestCredentials) return {};
  const std::string hash = sha256_hex(token);
  for (const Token& known : tokens_) {
    if (CRYPTO_memcmp(known.hash.data(), hash.data(), kHashLength) == 0) return known.name;
  }
  return {};
}

std::string_view Tokens::name_of(const HttpRequest& request) const {
  const std::string_view header = request.header("authorization");
  const size_t blank = std::min(header.find(' '), header.size());
  const std::string scheme = lower(header.substr(0, blank));
  const std::string_view credentials = trim(header.substr(blank));
  std::string decoded;
  std::string_view token;
  if (scheme == "token" || scheme == "bearer") {
    token = credentials;
  } else if (scheme == "basic") {
    if (credentials.size() <= kLongestCredentials) decoded = from_base64(credentials);
    token = decoded;
  }
  if (token.empty()) return find(request.parameter("p"));
  if (const std::string_view name = find(token); !name.empty() && scheme != "basic") return name;
  const size_t colon = token.find(':');
  return colon == std::string_view::npos ? std::string_view() : find(token.substr(colon + 1));
}

}  // namespace inquest::record
