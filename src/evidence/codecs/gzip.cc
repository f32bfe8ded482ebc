// gzip (RFC 1952), by zlib.
#include <algorithm>
#include <limits>

#include <zlib.h>

#include "evidence/codec.h"

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

  Step step(std::span<const char> in, std::span<char> out) override {
    static constexpr size_t kMost = std::numeric_limits<uInt>::max();
    const auto in_size = static_cast<uInt>(std::min(in.size(), kMost));
    const auto out_size = static_cast<uInt>(std::min(out.size(), kMost));
    // zlib does not write there; its type says so only when it is compiled with ZLIB_CONST.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = in_size;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = out_size;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    Step step{in_size - stream_.avail_in, out_size - stream_.avail_out, State::Going, {}};
    if (result == Z_STREAM_END) step.state = State::Ended;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      step.state = State::Broken;
      step.trouble = stream_.msg != nullptr ? stream_.msg : zError(result);
    }
    return step;
  }

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
