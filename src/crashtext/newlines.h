// Counting lines as fast as memory is read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace inquest::crashtext {

// The compiler's vectors, because at -O2 it does not make any of its own out of a loop.
using Bytes16 [[gnu::vector_size(16)]] = unsigned char;
using Bytes32 [[gnu::vector_size(32)]] = unsigned char;

template <class Bytes>
[[gnu::always_inline]] inline uint64_t count_newlines_by(std::string_view text) {
  constexpr size_t kLanes = sizeof(Bytes);
  constexpr size_t kStride = 4 * kLanes;
  uint64_t count = 0;
  size_t at = 0;
  while (text.size() - at >= kStride) {
    // Each of four vectors counts to 255 in a lane before it would wrap.
    const size_t end = at + std::min<size_t>((text.size() - at) / kStride, 255) * kStride;
    Bytes first{};
    Bytes second{};
    Bytes third{};
    Bytes fourth{};
    // One after the other, so that all four stay in registers.
    for (; at < end; at += kStride) {
      Bytes chunk;
      std::memcpy(&chunk, text.data() + at, kLanes);
      first -= reinterpret_cast<Bytes>(chunk == '\n');  // true is -1
      std::memcpy(&chunk, text.data() + at + kLanes, kLanes);
      second -= reinterpret_cast<Bytes>(chunk == '\n');
      std::memcpy(&chunk, text.data() + at + 2 * kLanes, kLanes);
      third -= reinterpret_cast<Bytes>(chunk == '\n');
      std::memcpy(&chunk, text.data() + at + 3 * kLanes, kLanes);
      fourth -= reinterpret_cast<Bytes>(chunk == '\n');
    }
    for (size_t lane = 0; lane < kLanes; ++lane)
      count += uint64_t{first[lane]} + second[lane] + third[lane] + fourth[lane];
  }
  for (; at < text.size(); ++at) count += text[at] == '\n' ? 1 : 0;
  return count;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] inline uint64_t count_newlines_avx2(std::string_view text) {
  return count_newlines_by<Bytes32>(text);
}
#endif

// How many '\n' there are.
inline uint64_t count_newlines(std::string_view text) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") != 0) return count_newlines_avx2(text);
#endif
  return count_newlines_by<Bytes16>(text);
}

}  // namespace inquest::crashtext
