// A small dump out of a large one: only the pages that an analysis looked at, so that a crash can be mailed.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/error.h"
#include "vmcore/dump.h"

namespace inquest::vmcore {

// While it lives, it collects the number of each page that is read from the memory, page tables included. One at a
// time; the memory must outlive it.
class PageRecorder {
 public:
  explicit PageRecorder(PhysicalMemory& memory) : memory_(&memory) { memory.record(&pages_); }
  ~PageRecorder() { memory_->record(nullptr); }
  PageRecorder(const PageRecorder&) = delete;
  PageRecorder& operator=(const PageRecorder&) = delete;

  const std::set<uint64_t>& pages() const { return pages_; }

 private:
  PhysicalMemory* memory_;
  std::set<uint64_t> pages_;
};

struct SlimResult {
  uint64_t pages = 0;  // stored
  uint64_t bytes = 0;  // of the file
};

// Writes `path`, which must not exist, as a kdump-compressed dump (zlib) with these pages, and beside them those that
// who opens it needs at once: the kernel's name and the root of its page tables. The machine's memory map, notes and
// VMCOREINFO are the dump's own, VMCOREINFO also where it was found in memory. A page that cannot be read is left out.
Result<SlimResult> write_slim(Dump& dump, std::set<uint64_t> pages, const std::string& path);

}  // namespace inquest::vmcore
