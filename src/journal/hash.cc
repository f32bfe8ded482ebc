#include "journal/hash.h"

#include <bit>
#include <cstring>

namespace inquest::journal {
namespace {

struct SipState {
  uint64_t v0, v1, v2, v3;
  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

uint64_t siphash24(std::string_view bytes, const Id128& key) {
  // The key is the id's bytes as two little-endian numbers.
  const uint64_t k0 = __builtin_bswap64(key.high);
  const uint64_t k1 = __builtin_bswap64(key.low);
  SipState state{0x736f6d6570736575 ^ k0, 0x646f72616e646f6d ^ k1, 0x6c7967656e657261 ^ k0, 0x7465646279746573 ^ k1};
  size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) state.take(load<uint64_t>(bytes.data() + at));
  uint64_t last = uint64_t{bytes.size() & 0xFF} << 56;
  for (size_t i = 0; at + i < bytes.size(); ++i) last |= uint64_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  state.take(last);
  state.v2 ^= 0xFF;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

uint64_t jenkins64(std::string_view bytes) {
  uint32_t a = 0xdeadbeef + static_cast<uint32_t>(bytes.size());
  uint32_t b = a;
  uint32_t c = a;
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left > 12; left -= 12, p += 12) {
    a += load<uint32_t>(p);
    b += load<uint32_t>(p + 4);
    c += load<uint32_t>(p + 8);
    a = (a - c) ^ std::rotl(c, 4);
    c += b;
    b = (b - a) ^ std::rotl(a, 6);
    a += c;
    c = (c - b) ^ std::rotl(b, 8);
    b += a;
    a = (a - c) ^ std::rotl(c, 16);
    c += b;
    b = (b - a) ^ std::rotl(a, 19);
    a += c;
    c = (c - b) ^ std::rotl(b, 4);
    b += a;
  }
  if (left > 0) {
    char rest[12] = {};
    std::memcpy(rest, p, left);
    a += load<uint32_t>(rest);
    b += load<uint32_t>(rest + 4);
    c += load<uint32_t>(rest + 8);
    c = (c ^ b) - std::rotl(b, 14);
    a = (a ^ c) - std::rotl(c, 11);
    b = (b ^ a) - std::rotl(a, 25);
    c = (c ^ b) - std::rotl(b, 16);
    a = (a ^ c) - std::rotl(c, 4);
    b = (b ^ a) - std::rotl(a, 14);
    c = (c ^ b) - std::rotl(b, 24);
  }
  return uint64_t{c} << 32 | b;
}

}  // namespace inquest::journal
