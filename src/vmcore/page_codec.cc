#include "vmcore/page_codec.h"

#include <cstring>
#include <memory>

#include <libdeflate.h>
#include <zstd.h>

#include <fmt/format.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>

namespace inquest::vmcore {
namespace {

// The contexts of libdeflate and zstd are dearer to make than a page is to decompress, so a thread keeps one.
size_t inflate_page(std::span<const std::byte> in, std::span<std::byte> out) {
  struct Free {
    void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
  };
  thread_local const std::unique_ptr<libdeflate_decompressor, Free> inflater(libdeflate_alloc_decompressor());
  if (!inflater) return 0;
  size_t size = 0;
  const auto status = libdeflate_zlib_decompress(inflater.get(), in.data(), in.size(), out.data(), out.size(), &size);
  return status == LIBDEFLATE_SUCCESS ? size : 0;
}

size_t lzo_page(std::span<const std::byte> in, std::span<std::byte> out) {
  lzo_uint size = out.size();
  const int status = lzo1x_decompress_safe(reinterpret_cast<const unsigned char*>(in.data()), in.size(),
                                           reinterpret_cast<unsigned char*>(out.data()), &size, nullptr);
  return status == LZO_E_OK ? size : 0;
}

size_t snappy_page(std::span<const std::byte> in, std::span<std::byte> out) {
  size_t size = out.size();
  const auto status = snappy_uncompress(reinterpret_cast<const char*>(in.data()), in.size(),
                                        reinterpret_cast<char*>(out.data()), &size);
  return status == SNAPPY_OK ? size : 0;
}

size_t zstd_page(std::span<const std::byte> in, std::span<std::byte> out) {
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (!context) return 0;
  const size_t size = ZSTD_decompressDCtx(context.get(), out.data(), out.size(), in.data(), in.size());
  return ZSTD_isError(size) != 0 ? 0 : size;
}

size_t copy_page(std::span<const std::byte> in, std::span<std::byte> out) {
  if (in.size() != out.size()) return 0;
  std::memcpy(out.data(), in.data(), in.size());
  return in.size();
}

}  // namespace

std::string_view to_string(PageCodec codec) {
  switch (codec) {
    case PageCodec::None: return "none";
    case PageCodec::Zlib: return "zlib";
    case PageCodec::Lzo: return "lzo";
    case PageCodec::Snappy: return "snappy";
    case PageCodec::Zstd: return "zstd";
  }
  return "unknown";
}

Result<PageCodec> page_codec(uint32_t flags) {
  constexpr uint32_t kAll = 0x01 | 0x02 | 0x04 | 0x20;
  switch (const auto codec = PageCodec{flags & kAll}) {
    case PageCodec::None:
    case PageCodec::Zlib:
    case PageCodec::Lzo:
    case PageCodec::Snappy:
    case PageCodec::Zstd: return codec;
  }
  return fail(ErrorCode::Malformed, fmt::format("page flags {:#x} name more than one compression", flags));
}

Result<void> decompress_page(PageCodec codec, std::span<const std::byte> in, std::span<std::byte> out) {
  size_t size = 0;
  switch (codec) {
    case PageCodec::None: size = copy_page(in, out); break;
    case PageCodec::Zlib: size = inflate_page(in, out); break;
    case PageCodec::Lzo: size = lzo_page(in, out); break;
    case PageCodec::Snappy: size = snappy_page(in, out); break;
    case PageCodec::Zstd: size = zstd_page(in, out); break;
  }
  if (size == out.size()) return {};
  return fail(ErrorCode::Malformed,
              fmt::format("the page's {} bytes of {} data do not decompress to a page", in.size(), to_string(codec)));
}

}  // namespace inquest::vmcore
