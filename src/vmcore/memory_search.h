// Looks for values and texts in the dead machine's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// What is looked for: numbers at places that are multiples of their size, and texts anywhere in a page.
struct SearchWish {
  uint64_t width = 8;            // of numbers, in bytes: 2, 4 or 8
  uint64_t mask = ~uint64_t{0};  // bits that count
  std::vector<uint64_t> numbers;
  std::vector<std::string> texts;
  size_t most = 10'000;  // found places, before it ends
};

struct SearchHit {
  uint64_t address = 0;
  size_t wish = 0;     // of the numbers, then of the texts
  uint64_t value = 0;  // what is there, of a number
};

struct SearchResult {
  static constexpr uint64_t kMostPages = uint64_t{1} << 26;  // of a range that is looked through page by page

  std::vector<SearchHit> hits;
  uint64_t pages = 0;        // that were looked at
  uint64_t missing = 0;      // that the dump does not hold, in a range
  bool ended_early = false;  // at `most` hits, or at kMostPages
};

// Called now and then with how many bytes were looked at.
using SearchProgress = std::function<void(uint64_t bytes)>;

// All pages that the dump holds, in order; addresses are physical.
SearchResult search_physical(Kernel& kernel, const SearchWish& wish, const SearchProgress& progress);
// The kernel's virtual memory from `start` up to `end`; what crosses the border of two pages is found too.
SearchResult search_range(Kernel& kernel, VirtAddr start, VirtAddr end, const SearchWish& wish,
                          const SearchProgress& progress);

// Where the kernel sees a place in physical memory: in its image, else in its map of all memory. Nothing where neither is
// known; what the page tables deny is not told.
std::optional<VirtAddr> kernel_address_of(Kernel& kernel, PhysAddr address);

}  // namespace inquest::vmcore
