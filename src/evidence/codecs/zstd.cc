// Zstandard (RFC 8878), by libzstd.
#include <algorithm>
#include <bit>

#include <zstd.h>
#include <zstd_errors.h>

#include "evidence/codec.h"

namespace inquest::evidence {
namespace {

struct Free {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

// A call that meets damage gives nothing at all: with one block asked for at once, at most one is lost before the
// damaged place.
constexpr size_t kAtOnce = 128 * 1024;

class ZstdCodec : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDStream()) {
    if (!stream_) return;
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, std::countr_zero(kCodecMemory));
  }

  bool ready() const { return stream_ != nullptr; }

  Step step(std::span<const char> in, std::span<char> out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), std::min(out.size(), kAtOnce), 0};
    const size_t result = ZSTD_decompressStream(stream_.get(), &output, &input);
    Step step{input.pos, output.pos, State::Going, {}};
    if (ZSTD_isError(result) != 0) {
      step.state = State::Broken;
      step.trouble = ZSTD_getErrorName(result);
      if (ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge) {
        step.trouble = "it was compressed with a window of more than 256 MiB (zstd --long)";
      }
    } else if (result == 0) {
      step.state = State::Ended;
    }
    return step;
  }

  void restart() override { ZSTD_DCtx_reset(stream_.get(), ZSTD_reset_session_only); }

 private:
  std::unique_ptr<ZSTD_DStream, Free> stream_;
};

}  // namespace

std::unique_ptr<Codec> make_zstd_codec() {
  auto codec = std::make_unique<ZstdCodec>();
  if (!codec->ready()) return nullptr;
  return codec;
}

}  // namespace inquest::evidence
