// A dump's bitmap of pages, one bit a page frame, and which of them come before a page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "vmcore/byte_source.h"

namespace inquest::vmcore {

// Bit n of the bitmap (least significant first in each byte) is page n. Only running counts are kept, one for 4 KiB of
// bitmap, so a dump of terabytes opens fast and in little memory; blocks are read again when they are asked for, up to
// 4 MiB of them stay. The source must outlive the bitmap.
class PageBitmap {
 public:
  // Reads the `size` bytes from `offset` once, to count. Where the source ends before, the pages behind are unknown
  // (pages() tells up to where it is known).
  static Result<PageBitmap> open(const ByteSource& bytes, uint64_t offset, uint64_t size);
  // The same without the pass: only pages() and test() answer.
  static PageBitmap uncounted(const ByteSource& bytes, uint64_t offset, uint64_t size);

  // Pages of which it says something.
  uint64_t pages() const { return size_ * 8; }
  // Whether the page's bit is set; not for pages behind the end.
  bool test(uint64_t pfn) const;
  // Set bits of pages before `pfn`.
  uint64_t rank(uint64_t pfn) const;
  uint64_t count() const { return counts_.back(); }
  // The first page at or behind `pfn` whose bit is set.
  std::optional<uint64_t> next(uint64_t pfn) const;

 private:
  static constexpr size_t kBlock = 4096;
  using Block = std::vector<uint64_t>;

  PageBitmap(const ByteSource& bytes, uint64_t offset, uint64_t size) : bytes_(&bytes), offset_(offset), size_(size) {}
  // Zeros behind the end, or where it cannot be read any more.
  const Block& block(uint64_t number) const;

  const ByteSource* bytes_;
  uint64_t offset_;
  uint64_t size_;
  std::vector<uint64_t> counts_;  // set bits before each block, and all of them
  mutable std::unordered_map<uint64_t, Block> cache_;
};

}  // namespace inquest::vmcore
