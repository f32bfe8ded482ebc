// Writes a dump in the kdump-compressed format, which inquest, crash, drgn and makedumpfile read.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vmcore/elf_note.h"
#include "vmcore/page_codec.h"

namespace inquest::vmcore {

// What is to be in the header. Version 6 of the format; formats/kdump.h says what the fields mean.
struct KdumpPlan {
  uint32_t page_size = 4096;
  uint64_t end_pfn = 0;         // one past the machine's last page
  std::vector<uint64_t> pages;  // that are stored: ascending, each below end_pfn
  std::function<bool(uint64_t pfn)> is_memory;
  std::vector<ElfNote> notes;  // VMCOREINFO among them
  std::string sysname = "Linux", nodename, release, version, machine = "x86_64";
  int64_t timestamp = 0;
  int64_t phys_base = 0;
  int32_t dump_level = 31;
  uint32_t cpus = 0;
  PageCodec codec = PageCodec::Zlib;
  // Of a split dump: the file holds the pages of [first_pfn, last_pfn) only, and says so.
  bool split = false;
  uint64_t split_first = 0, split_end = 0;
};

// Where the bytes go; an error ends the writing.
using WriteBytes = std::function<Result<void>(std::span<const std::byte>)>;
// Fills the buffer, which is page_size bytes, with the page.
using LoadPage = std::function<Result<void>(uint64_t pfn, std::span<std::byte> out)>;

// Writes the dump front to back. Each page is loaded twice (its length must be known before the first is written), so
// that memory stays small; pages that are all the same are stored once. Fails as `load` and `write` do.
Result<void> write_kdump(const KdumpPlan& plan, const LoadPage& load, const WriteBytes& write);

}  // namespace inquest::vmcore
