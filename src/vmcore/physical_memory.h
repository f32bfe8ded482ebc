// The machine's memory as the dump holds it, read by physical address through one bounded cache of pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/page_source.h"

namespace inquest::vmcore {

// Not for several threads at once: reading fills the cache.
//
// A page is read from the file and decompressed once, straight into the cache; up to kCacheBytes of pages stay there,
// and the one that was not asked for longest makes room (second chance). Every error names the physical address; its
// code says what kind it is (page_source.h).
class PhysicalMemory {
 public:
  static constexpr size_t kCacheBytes = size_t{16} << 20;

  explicit PhysicalMemory(std::unique_ptr<PageSource> source, size_t cache_bytes = kCacheBytes);
  ~PhysicalMemory();
  PhysicalMemory(const PhysicalMemory&) = delete;
  PhysicalMemory& operator=(const PhysicalMemory&) = delete;

  uint32_t page_size() const { return page_size_; }
  const PageSource& source() const { return *source_; }

  // The whole page. The view is good until the next call of page() or read() on this object.
  Result<std::span<const std::byte>> page(uint64_t pfn);
  // Fills `out` from there, across page borders. Nothing is to be made of `out` after an error.
  Result<void> read(PhysAddr address, std::span<std::byte> out);
  // A little-endian number, which may cross a page border.
  Result<uint64_t> u64(PhysAddr address);

  // Every page that the dump holds, in order, past the cache and past the record; unreadable ones are left out. Ends
  // when `visit` returns false. For the few questions that only a look at all memory answers.
  void scan(const std::function<bool(uint64_t pfn, std::span<const std::byte> page)>& visit) const;

  // From now on the number of each page that is read goes into `pages`, which must outlive this object or the next
  // call; nullptr ends it. Pages in the cache count as not yet read.
  void record(std::set<uint64_t>* pages);
  // Pages loaded from the file so far: the work that was done.
  uint64_t pages_loaded() const { return loaded_; }

 private:
  struct Slot;
  size_t free_slot();

  std::unique_ptr<PageSource> source_;
  uint32_t page_size_;
  uint32_t page_shift_;
  size_t capacity_;  // in pages
  std::vector<Slot> slots_;
  std::unordered_map<uint64_t, uint32_t> index_;  // pfn to slot
  size_t hand_ = 0;
  uint64_t last_pfn_ = ~uint64_t{0};  // the page that was asked for last, and where it is
  const std::byte* last_ = nullptr;
  std::set<uint64_t>* record_ = nullptr;
  uint64_t loaded_ = 0;
};

}  // namespace inquest::vmcore
