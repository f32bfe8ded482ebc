// The seam between dump formats and everything above: memory as numbered pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.h"

namespace inquest::vmcore {

// What a format reader gives. A page is named by its frame number (PFN): physical address / page_size().
class PageSource {
 public:
  virtual ~PageSource() = default;

  // A power of two, 4 KiB to 64 KiB.
  virtual uint32_t page_size() const = 0;
  // Fills `out` (page_size() bytes) with the page. Errors are told apart by their code:
  //   NotFound     the machine has no memory there
  //   Unsupported  there was memory, but the page was filtered out when the dump was written
  //   Truncated    the dump was cut off before the page
  //   Malformed    the page is stored but does not decompress
  //   Io           the operating system failed
  virtual Result<void> load(uint64_t pfn, std::span<std::byte> out) const = 0;
  // No page at or behind it is memory.
  virtual uint64_t end_pfn() const = 0;
  // Whether the machine had memory there, in the dump or not.
  virtual bool is_memory(uint64_t pfn) const = 0;
  // The first page at or behind `pfn` that the dump claims to hold; nothing behind the last one.
  virtual std::optional<uint64_t> next_stored(uint64_t pfn) const = 0;
};

}  // namespace inquest::vmcore
