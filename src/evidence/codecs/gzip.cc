// gzip (RFC 1952), by zlib.
#include <zlib.h>

#include "evidence/codec.h"
#include "evidence/codecs/inflate_step.h"

namespace inquest::evidence {
namespace {

constexpr int kGzipOnly = 16;  // added to the window's bits: neither zlib's own header nor raw deflate

class GzipCodec : public Codec {
 public:
  GzipCodec() : ready_(inflateInit2(&stream_, MAX_WBITS + kGzipOnly) == Z_OK) {}
  ~GzipCodec() override {
    if (ready_) inflateEnd(&stream_);
  }
  GzipCodec(const GzipCodec&) = delete;
  GzipCodec& operator=(const GzipCodec&) = delete;

  bool ready() const { return ready_; }

  Step step(std::span<const char> in, std::span<char> out) override { return inflate_step(stream_, in, out); }

  void restart() override { inflateReset(&stream_); }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() {
  auto codec = std::make_unique<GzipCodec>();
  if (!codec->ready()) return nullptr;
  return codec;
}

}  // namespace inquest::evidence
