// One compression format as a step over two buffers. Each is a file in codecs/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "evidence/container_kind.h"

namespace inquest::evidence {

class Codec {
 public:
  enum class State : uint8_t {
    Going,   // give it more input, or more room
    Ended,   // the stream is complete and proved sound; restart() before another one
    Broken,  // `trouble` says why; nothing more will come
  };
  struct Step {
    size_t consumed = 0;
    size_t produced = 0;  // of any state: what was decoded before the trouble counts
    State state = State::Going;
    std::string trouble;
  };

  virtual ~Codec() = default;
  // Decodes from the front of `in` to the front of `out`. A step that neither consumes nor produces wants more input;
  // `in` is empty only where there is none.
  virtual Step step(std::span<const char> in, std::span<char> out) = 0;
  // Makes ready for the next stream.
  virtual void restart() = 0;
};

// What a decoder may take to remember what came before. Covers what `xz -9` and `zstd --ultra -22` ask for.
inline constexpr uint64_t kCodecMemory = 256 << 20;

// The codec for a compression; null for other kinds, or without memory.
std::unique_ptr<Codec> make_codec(ContainerKind kind);

std::unique_ptr<Codec> make_gzip_codec();
std::unique_ptr<Codec> make_xz_codec();
std::unique_ptr<Codec> make_zstd_codec();
std::unique_ptr<Codec> make_bzip2_codec();
std::unique_ptr<Codec> make_lz4_codec();
std::unique_ptr<Codec> make_deflate_codec();
std::unique_ptr<Codec> make_utf16_codec();

}  // namespace inquest::evidence
