// The kdump-compressed format ("diskdump"): what makedumpfile and QEMU write.
#pragma once

#include <memory>
#include <string_view>

#include "vmcore/byte_source.h"
#include "vmcore/dump_header.h"
#include "vmcore/page_bitmap.h"
#include "vmcore/page_source.h"

namespace inquest::vmcore {

// Blocks of one page: header ("KDUMP   "), sub header, two bitmaps (which pages are memory; which of them are in the
// dump), then one descriptor for each page in the dump, in order, then the pages, each compressed by itself.
// Source: makedumpfile's IMPLEMENTATION, diskdump_mod.h; docs/formats/vmcore.md has the layout.
//
// One file of a set that `makedumpfile --split` wrote holds the pages from first_pfn to before last_pfn.
class KdumpFile final : public PageSource {
 public:
  static bool sniff(std::span<const std::byte> head);
  // Fills `header`. Unsupported, with the reason, for dumps of machines that are not 64-bit little-endian and for the
  // first "DISKDUMP" format; Malformed or Truncated where not even the bitmaps can be found.
  static Result<std::unique_ptr<KdumpFile>> open(std::unique_ptr<ByteSource> bytes, DumpHeader& header);

  uint32_t page_size() const override { return page_size_; }
  Result<void> load(uint64_t pfn, std::span<std::byte> out) const override;
  uint64_t end_pfn() const override { return end_pfn_; }
  bool is_memory(uint64_t pfn) const override;
  std::optional<uint64_t> next_stored(uint64_t pfn) const override;

  bool split() const { return split_; }
  uint64_t first_pfn() const { return first_pfn_; }
  // Of the pages that this file of a split dump is for.
  uint64_t last_pfn() const { return last_pfn_; }

 private:
  KdumpFile(std::unique_ptr<ByteSource> bytes, PageBitmap memory, PageBitmap stored)
      : bytes_(std::move(bytes)), memory_(std::move(memory)), stored_(std::move(stored)) {}

  // What the file lacks of its table of that many pages, or of the pages; empty where nothing.
  std::string_view missing(uint64_t pages) const;

  std::unique_ptr<ByteSource> bytes_;
  PageBitmap memory_;
  PageBitmap stored_;
  uint32_t page_size_ = 0;
  uint64_t descriptors_ = 0;  // where the table begins
  bool split_ = false;
  uint64_t first_pfn_ = 0;
  uint64_t end_pfn_ = 0;
  uint64_t last_pfn_ = 0;
  uint64_t rank_of_first_ = 0;
};

}  // namespace inquest::vmcore
