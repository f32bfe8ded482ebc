// xz, by liblzma.
#include <lzma.h>

#include "evidence/codec.h"

namespace inquest::evidence {
namespace {

std::string_view reason(lzma_ret result) {
  switch (result) {
    case LZMA_MEM_ERROR: return "not enough memory";
    case LZMA_MEMLIMIT_ERROR: return "it was compressed with a dictionary of more than 256 MiB";
    case LZMA_OPTIONS_ERROR: return "it was compressed with options that are not known";
    case LZMA_FORMAT_ERROR: return "the header is damaged";
    default: return "a block is damaged";
  }
}

class XzCodec : public Codec {
 public:
  XzCodec() { open(); }
  ~XzCodec() override { lzma_end(&stream_); }
  XzCodec(const XzCodec&) = delete;
  XzCodec& operator=(const XzCodec&) = delete;

  Step step(std::span<const char> in, std::span<char> out) override {
    if (!ready_) return {0, 0, State::Broken, "not enough memory"};
    stream_.next_in = reinterpret_cast<const uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    Step step{in.size() - stream_.avail_in, out.size() - stream_.avail_out, State::Going, {}};
    if (result == LZMA_STREAM_END) step.state = State::Ended;
    if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR) {
      step.state = State::Broken;
      step.trouble = reason(result);
    }
    return step;
  }

  void restart() override { open(); }

 private:
  // liblzma reuses what the last stream had.
  void open() { ready_ = lzma_stream_decoder(&stream_, kCodecMemory, 0) == LZMA_OK; }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_xz_codec() { return std::make_unique<XzCodec>(); }

}  // namespace inquest::evidence
