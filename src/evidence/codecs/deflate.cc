// deflate (RFC 1951), bare or with zlib's header (RFC 1950), as pstore keeps a record that the kernel could not unpack.
#include <zlib.h>

#include "evidence/codec.h"
#include "evidence/codecs/inflate_step.h"
#include "evidence/pstore_record.h"

namespace inquest::evidence {
namespace {

// Tells bare deflate from zlib's, steps over an EFI variable's attributes in front, and hands over the note that
// ramoops puts behind a record ("\nECC: No errors detected\n") as it stands.
class DeflateCodec : public Codec {
 public:
  DeflateCodec() : ready_(inflateInit2(&stream_, -MAX_WBITS) == Z_OK) {}
  ~DeflateCodec() override {
    if (ready_) inflateEnd(&stream_);
  }
  DeflateCodec(const DeflateCodec&) = delete;
  DeflateCodec& operator=(const DeflateCodec&) = delete;

  bool ready() const { return ready_; }

  Step step(std::span<const char> in, std::span<char> out) override {
    if (note_) return copy_note(in, out);
    if (in.empty()) return {};
    if (!begun_ && skipped_ < kEfiAttributes.size() && in.front() == kEfiAttributes[skipped_]) {
      ++skipped_;
      return {1, 0, State::Going, {}};
    }
    if (!begun_ && (static_cast<uint8_t>(in.front()) & 0x0F) == Z_DEFLATED) inflateReset2(&stream_, MAX_WBITS);
    begun_ = true;
    return inflate_step(stream_, in, out);
  }

  // Behind the end of the one stream only the note may follow.
  void restart() override { note_ = true; }

 private:
  Step copy_note(std::span<const char> in, std::span<char> out) {
    Step step;
    while (step.consumed < in.size() && step.produced < out.size()) {
      const char c = in[step.consumed++];
      out[step.produced++] = c;
      if (c == '\n' && noted_) {
        step.state = State::Ended;
        noted_ = false;
        break;
      }
      noted_ = noted_ || c != '\n';
    }
    return step;
  }

  z_stream stream_{};
  bool ready_;
  bool begun_ = false;  // the stream's first byte has come
  size_t skipped_ = 0;
  bool note_ = false;
  bool noted_ = false;  // more of the note than its leading line end
};

}  // namespace

std::unique_ptr<Codec> make_deflate_codec() {
  auto codec = std::make_unique<DeflateCodec>();
  if (!codec->ready()) return nullptr;
  return codec;
}

}  // namespace inquest::evidence
