// Counting lines as fast as memory is read.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace inquest::crashtext {

// How many '\n' there are. With the compiler's vectors, because at -O2 it does not make any of its own out of a loop.
inline uint64_t count_newlines(std::string_view text) {
  using Bytes [[gnu::vector_size(16)]] = unsigned char;
  uint64_t count = 0;
  size_t at = 0;
  while (text.size() - at >= sizeof(Bytes)) {
    Bytes sums{};
    // A lane counts to 255 before it would wrap.
    for (int i = 0; i < 255 && text.size() - at >= sizeof(Bytes); ++i, at += sizeof(Bytes)) {
      Bytes chunk;
      std::memcpy(&chunk, text.data() + at, sizeof chunk);
      sums -= reinterpret_cast<Bytes>(chunk == '\n');  // true is -1
    }
    for (size_t lane = 0; lane < sizeof(Bytes); ++lane) count += sums[lane];
  }
  for (; at < text.size(); ++at) count += text[at] == '\n' ? 1 : 0;
  return count;
}

}  // namespace inquest::crashtext
