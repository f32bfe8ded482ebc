// The compressions of a page in a kdump-compressed dump.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"

namespace inquest::vmcore {

// The flags of a page descriptor and of the header's status. Source: makedumpfile's diskdump_mod.h.
enum class PageCodec : uint32_t { None = 0, Zlib = 0x01, Lzo = 0x02, Snappy = 0x04, Zstd = 0x20 };

std::string_view to_string(PageCodec codec);

// Which compression the flags name; Malformed for several at once.
Result<PageCodec> page_codec(uint32_t flags);

// Decompresses one page, which must fill `out` exactly. Malformed otherwise; whatever the bytes, nothing is written
// outside of `out`.
Result<void> decompress_page(PageCodec codec, std::span<const std::byte> in, std::span<std::byte> out);

}  // namespace inquest::vmcore
