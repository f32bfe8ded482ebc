// The ELF vmcore: /proc/vmcore as kdump saves it, QEMU's dump-guest-memory, makedumpfile -E.
#pragma once

#include <memory>
#include <vector>

#include "vmcore/byte_source.h"
#include "vmcore/dump_header.h"
#include "vmcore/page_source.h"

namespace inquest::vmcore {

// One PT_LOAD program header for each range of physical memory, by p_paddr (QEMU leaves p_vaddr 0), and PT_NOTE.
// Only e_phoff says where the program headers are: QEMU 7.2 has the section headers first, and e_ehsize 8.
//
// Where a range is longer in memory than in the file, makedumpfile left out pages at its end: of zeros, or filtered,
// which nothing tells apart. They read as zeros, as the ELF specification says, and the header says so.
// Pages are of the size that VMCOREINFO tells, else 4 KiB.
class ElfFile final : public PageSource {
 public:
  static bool sniff(std::span<const std::byte> head);
  // Fills `header`. Unsupported, with the reason, for 32-bit, big-endian or other machines' files and for those that
  // are no dump.
  static Result<std::unique_ptr<ElfFile>> open(std::unique_ptr<ByteSource> bytes, DumpHeader& header);

  uint32_t page_size() const override { return page_size_; }
  Result<void> load(uint64_t pfn, std::span<std::byte> out) const override;
  uint64_t end_pfn() const override;
  bool is_memory(uint64_t pfn) const override;
  std::optional<uint64_t> next_stored(uint64_t pfn) const override;

 private:
  struct Range {
    uint64_t start;   // physical
    uint64_t memory;  // bytes
    uint64_t stored;  // of them in the file
    uint64_t at;      // in the file
  };

  explicit ElfFile(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)) {}

  std::unique_ptr<ByteSource> bytes_;
  std::vector<Range> ranges_;  // by start, none overlapping
  uint32_t page_size_ = 4096;
};

}  // namespace inquest::vmcore
