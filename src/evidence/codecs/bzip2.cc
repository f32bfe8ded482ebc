// bzip2, by libbz2.
#include <algorithm>
#include <limits>

#include <bzlib.h>

#include "evidence/codec.h"

namespace inquest::evidence {
namespace {

class Bzip2Codec : public Codec {
 public:
  Bzip2Codec() { open(); }
  ~Bzip2Codec() override {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
  }
  Bzip2Codec(const Bzip2Codec&) = delete;
  Bzip2Codec& operator=(const Bzip2Codec&) = delete;

  Step step(std::span<const char> in, std::span<char> out) override {
    if (!ready_) return {0, 0, State::Broken, "not enough memory"};
    static constexpr size_t kMost = std::numeric_limits<unsigned>::max();
    const auto in_size = static_cast<unsigned>(std::min(in.size(), kMost));
    const auto out_size = static_cast<unsigned>(std::min(out.size(), kMost));
    stream_.next_in = const_cast<char*>(in.data());  // only read, though the type does not say so
    stream_.avail_in = in_size;
    stream_.next_out = out.data();
    stream_.avail_out = out_size;
    const int result = BZ2_bzDecompress(&stream_);
    Step step{in_size - stream_.avail_in, out_size - stream_.avail_out, State::Going, {}};
    if (result == BZ_STREAM_END) step.state = State::Ended;
    if (result != BZ_OK && result != BZ_STREAM_END) {
      step.state = State::Broken;
      step.trouble = result == BZ_MEM_ERROR ? "not enough memory" : "a block is damaged";
    }
    return step;
  }

  void restart() override {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
    open();
  }

 private:
  void open() {
    stream_ = {};
    ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
  }

  bz_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_bzip2_codec() { return std::make_unique<Bzip2Codec>(); }

}  // namespace inquest::evidence
