// Digests of texts: the package contrib/qxip/hash, http.basicAuth, and pagerduty.dedupKey.

#include <algorithm>
#include <bit>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/sha256.h"
#include "query/annotated_csv.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<uint8_t>(c));
  return out;
}

Result<std::string> digest(const EVP_MD* kind, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), out, &size, kind, nullptr) != 1)
    return refuse("there is no such digest here");
  return std::string(reinterpret_cast<const char*>(out), size);
}

template <const EVP_MD* (*kind)()>
Result<Value> digest_of(Call& call) {
  const auto bytes = digest(kind(), call.text("v"));
  if (!bytes) return fail(bytes.error());
  return Value::string(hex(*bytes));
}

Result<Value> sha256(Call& call) { return Value::string(sha256_hex(call.text("v"))); }

Result<Value> base64_of(Call& call) { return Value::string(base64_url(call.text("v"))); }

Result<Value> signed_with(Call& call) {
  const std::string_view key = call.text("k");
  const std::string_view text = call.text("v");
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), out, &size) == nullptr) {
    return refuse("there is no such digest here");
  }
  return Value::string(base64({reinterpret_cast<const char*>(out), size}));
}

// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, XXH64 with the seed 0.
uint64_t xxhash64(std::string_view text) {
  constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87;
  constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
  constexpr uint64_t kPrime3 = 0x165667B19E3779F9;
  constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
  constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5;
  const auto little = [&](size_t at, size_t count) {
    uint64_t out = 0;
    for (size_t i = 0; i < count; ++i) out |= uint64_t{static_cast<uint8_t>(text[at + i])} << (8 * i);
    return out;
  };
  const auto round = [&](uint64_t lane, uint64_t input) { return std::rotl(lane + input * kPrime2, 31) * kPrime1; };
  size_t at = 0;
  uint64_t hash = kPrime5;
  if (text.size() >= 32) {
    uint64_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; at + 32 <= text.size(); at += 32) {
      for (size_t i = 0; i < 4; ++i) lanes[i] = round(lanes[i], little(at + 8 * i, 8));
    }
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (const uint64_t lane : lanes) hash = (hash ^ round(0, lane)) * kPrime1 + kPrime4;
  }
  hash += text.size();
  for (; at + 8 <= text.size(); at += 8) {
    hash = std::rotl(hash ^ round(0, little(at, 8)), 27) * kPrime1 + kPrime4;
  }
  if (at + 4 <= text.size()) {
    hash = std::rotl(hash ^ (little(at, 4) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at < text.size(); ++at) hash = std::rotl(hash ^ (little(at, 1) * kPrime5), 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  return hash ^ hash >> 32;
}

Result<Value> xxhash(Call& call) { return Value::string(std::to_string(xxhash64(call.text("v")))); }

Result<Value> basic_auth(Call& call) {
  return Value::string(fmt::format("Basic {}", base64(fmt::format("{}:{}", call.text("u"), call.text("p")))));
}

// One key for each table: labels and values of its group key, sorted, each on a line.
Result<Tables> dedup_key(Call& call, Tables input) {
  const auto exclude = call.texts("exclude", {"_start", "_stop", "_level"});
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    auto parts = table.key.parts();
    std::ranges::sort(parts, {}, &GroupKey::Part::label);
    std::string text;
    for (const auto& [label, value] : parts) {
      if (std::ranges::find(exclude, label) == exclude.end()) text += label + "\n" + csv_text(value) + "\n";
    }
    table.put("_pagerdutyDedupKey", Column::constant(Cell::of(sha256_hex(text)), table.rows));
    return {};
  });
}

constexpr std::string_view kPackage = "contrib/qxip/hash";
constexpr Parameter text_of(std::string_view name) { return {name, kString, Need::Required}; }

constexpr Builtin kBuiltins[] = {
    {kPackage, "md5", {text_of("v")}, digest_of<EVP_md5>},
    {kPackage, "sha1", {text_of("v")}, digest_of<EVP_sha1>},
    {kPackage, "sha256", {text_of("v")}, sha256},
    {kPackage, "b64", {text_of("v")}, base64_of},
    {kPackage, "hmac", {text_of("v"), text_of("k")}, signed_with},
    {kPackage, "xxhash64", {text_of("v")}, xxhash},
    {"http", "basicAuth", {text_of("u"), text_of("p")}, basic_auth},
    {"pagerduty", "dedupKey", {{"tables", kStream, Need::Pipe}, {"exclude", kStrings}}, nullptr, dedup_key},
};

}  // namespace

extern const FunctionSet digests_function_set;
const FunctionSet digests_function_set{kBuiltins, {}};

}  // namespace inquest::query
