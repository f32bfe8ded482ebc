// LZ4 frames, by liblz4.
#include <algorithm>

#include <lz4frame.h>

#include "evidence/codec.h"

namespace inquest::evidence {
namespace {

struct Free {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

// A call that meets damage gives nothing at all: with little asked for at once, little is lost before the damaged
// place.
constexpr size_t kAtOnce = 64 * 1024;

class Lz4Codec : public Codec {
 public:
  Lz4Codec() {
    LZ4F_dctx* context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) == 0) context_.reset(context);
  }

  bool ready() const { return context_ != nullptr; }

  Step step(std::span<const char> in, std::span<char> out) override {
    size_t consumed = in.size();
    size_t produced = std::min(out.size(), kAtOnce);
    const size_t result = LZ4F_decompress(context_.get(), out.data(), &produced, in.data(), &consumed, nullptr);
    Step step{consumed, produced, State::Going, {}};
    if (LZ4F_isError(result) != 0) {
      step = {0, 0, State::Broken, LZ4F_getErrorName(result)};
    } else if (result == 0) {
      step.state = State::Ended;
    }
    return step;
  }

  void restart() override { LZ4F_resetDecompressionContext(context_.get()); }

 private:
  std::unique_ptr<LZ4F_dctx, Free> context_;
};

}  // namespace

std::unique_ptr<Codec> make_lz4_codec() {
  auto codec = std::make_unique<Lz4Codec>();
  if (!codec->ready()) return nullptr;
  return codec;
}

}  // namespace inquest::evidence
