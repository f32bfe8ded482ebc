// A fast hash of bytes: for tables in memory, with a seed that no sender knows, and as the checksum of a row.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace inquest::store {

inline uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// Multiply and fold, as wyhash does it. Not for use against somebody who knows the seed.
inline uint64_t hash_bytes(std::string_view bytes, uint64_t seed) {
  constexpr uint64_t kFirst = 0xa0761d6478bd642fU;
  constexpr uint64_t kSecond = 0xe7037ed1a0b428dbU;
  uint64_t state = seed ^ mix(bytes.size() ^ kFirst, kSecond);
  const char* p = bytes.data();
  size_t left = bytes.size();
  while (left > 0) {
    uint64_t low = 0;
    uint64_t high = 0;
    if (left >= 16) {
      std::memcpy(&low, p, 8);
      std::memcpy(&high, p + 8, 8);
      p += 16;
      left -= 16;
    } else {
      std::memcpy(&low, p, left < 8 ? left : 8);
      if (left > 8) std::memcpy(&high, p + 8, left - 8);
      left = 0;
    }
    state = mix(low ^ kFirst, high ^ state ^ kSecond);
  }
  return mix(state ^ kFirst, kSecond);
}

}  // namespace inquest::store
