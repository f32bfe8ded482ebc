#include "record/inflate.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <zlib.h>

#include <fmt/format.h>

namespace inquest::record {
namespace {

constexpr size_t kPiece = size_t{64} << 10U;
constexpr int kGzipOrZlib = 15 + 32;  // window bits of zlib.h, which finds out by itself

}  // namespace

struct Inflate::Stream {
  z_stream z{};
  std::array<char, kPiece> out{};
};

Inflate::Inflate(uint64_t most_out) : stream_(std::make_unique<Stream>()), left_(most_out) {
  if (inflateInit2(&stream_->z, kGzipOrZlib) != Z_OK) throw std::bad_alloc();
}

Inflate::~Inflate() { inflateEnd(&stream_->z); }

Result<void> Inflate::feed(std::string_view bytes, std::string& out) {
  z_stream& z = stream_->z;
  while (!bytes.empty()) {
    const auto taken = static_cast<uInt>(std::min<size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
    z.avail_in = taken;
    bool full = false;
    do {
      if (ended_) {  // another member follows
        inflateReset(&z);
        ended_ = false;
      }
      z.next_out = reinterpret_cast<Bytef*>(stream_->out.data());
      z.avail_out = static_cast<uInt>(stream_->out.size());
      const int status = inflate(&z, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return fail(ErrorCode::Malformed, fmt::format("the compressed body is damaged: {}",
                                                      z.msg == nullptr ? "not in gzip or zlib form" : z.msg));
      const size_t got = stream_->out.size() - z.avail_out;
      if (got > left_) return fail(ErrorCode::Limit, "the body is too large once it is inflated");
      left_ -= got;
      out.append(stream_->out.data(), got);
      ended_ = status == Z_STREAM_END;
      full = z.avail_out == 0;
    } while (z.avail_in > 0 || (full && !ended_));
    bytes.remove_prefix(taken);
  }
  return {};
}

Result<void> Inflate::finish() const {
  if (!ended_) return fail(ErrorCode::Truncated, "the compressed body ends too early");
  return {};
}

}  // namespace inquest::record
