#include "evidence/codecs/inflate_step.h"

#include <algorithm>
#include <limits>

namespace inquest::evidence {

Codec::Step inflate_step(z_stream& stream, std::span<const char> in, std::span<char> out) {
  static constexpr size_t kMost = std::numeric_limits<uInt>::max();
  const auto in_size = static_cast<uInt>(std::min(in.size(), kMost));
  const auto out_size = static_cast<uInt>(std::min(out.size(), kMost));
  // zlib does not write there; its type says so only when it is compiled with ZLIB_CONST.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = in_size;
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = out_size;
  const int result = inflate(&stream, Z_NO_FLUSH);
  Codec::Step step{in_size - stream.avail_in, out_size - stream.avail_out, Codec::State::Going, {}};
  if (result == Z_STREAM_END) step.state = Codec::State::Ended;
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
    step.state = Codec::State::Broken;
    step.trouble = stream.msg != nullptr ? stream.msg : zError(result);
  }
  return step;
}

}  // namespace inquest::evidence
