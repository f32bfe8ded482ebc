#include "journal/payload.h"

#include <algorithm>
#include <memory>

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#include "journal/layout.h"

namespace inquest::journal {
namespace {

constexpr size_t kStep = 256 << 10;                       // how much `out` grows at a time
constexpr uint64_t kDecoderMemory = uint64_t{128} << 20;  // what an xz stream may ask for; systemd writes with 8 MiB

// Room for the next piece, of which `left` more bytes may come.
size_t grow(std::string& out, uint64_t left) {
  const size_t step = static_cast<size_t>(std::min<uint64_t>(left, std::max<size_t>(kStep, out.size())));
  out.resize(out.size() + step);
  return step;
}

bool inflate_zstd(std::string_view in, uint64_t at_most, std::string& out) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (context == nullptr) return false;
  ZSTD_inBuffer from{in.data(), in.size(), 0};
  while (out.size() < at_most) {
    const size_t had = out.size();
    const size_t step = grow(out, at_most - had);
    ZSTD_outBuffer to{out.data() + had, step, 0};
    const size_t left = ZSTD_decompressStream(context.get(), &to, &from);
    out.resize(had + to.pos);
    if (ZSTD_isError(left) != 0) return false;
    if (left == 0) return true;
    if (to.pos == 0 && from.pos == from.size) return false;  // the frame is cut
  }
  return true;
}

bool inflate_xz(std::string_view in, uint64_t at_most, std::string& out) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, kDecoderMemory, 0) != LZMA_OK) return false;
  const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> end(&stream, lzma_end);
  stream.next_in = reinterpret_cast<const uint8_t*>(in.data());
  stream.avail_in = in.size();
  while (out.size() < at_most) {
    const size_t had = out.size();
    const size_t step = grow(out, at_most - had);
    stream.next_out = reinterpret_cast<uint8_t*>(out.data() + had);
    stream.avail_out = step;
    const lzma_ret state = lzma_code(&stream, LZMA_FINISH);
    out.resize(had + step - stream.avail_out);
    if (state == LZMA_STREAM_END) return true;
    if (state != LZMA_OK || stream.avail_out == step) return false;
  }
  return true;
}

// The whole size as 64 bits, then one LZ4 block. A block can't be had in pieces, but it never grows more than 255-fold.
bool inflate_lz4(std::string_view in, uint64_t at_most, std::string& out) {
  if (in.size() <= sizeof(uint64_t) || in.size() > LZ4_MAX_INPUT_SIZE) return false;
  const uint64_t claimed = load<uint64_t>(in.data());
  in.remove_prefix(sizeof(uint64_t));
  if (claimed > kLargestPayload || claimed > in.size() * 255) return false;
  const auto wanted = static_cast<int>(std::min(claimed, at_most));
  out.resize(static_cast<size_t>(wanted));
  const int got = LZ4_decompress_safe_partial(in.data(), out.data(), static_cast<int>(in.size()), wanted, wanted);
  out.resize(static_cast<size_t>(std::max(got, 0)));
  return got == wanted;
}

}  // namespace

bool inflate(uint8_t flags, std::string_view compressed, uint64_t at_most, std::string& out) {
  out.clear();
  at_most = std::min(at_most, kLargestPayload);
  switch (flags) {
    case kZstd: return inflate_zstd(compressed, at_most, out);
    case kXz: return inflate_xz(compressed, at_most, out);
    case kLz4: return inflate_lz4(compressed, at_most, out);
    default: return false;
  }
}

}  // namespace inquest::journal
