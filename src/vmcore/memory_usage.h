// What the memory of the dead machine was used for: the numbers of free(1), /proc/meminfo, and crash's `kmem -i`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/memory_zones.h"

namespace inquest::vmcore {

struct HugePagePool {
  uint64_t page_bytes = 0;
  uint64_t total = 0, free = 0, reserved = 0, surplus = 0;  // huge pages
};

struct SwapArea {
  std::string name;  // of its file or partition, without a folder
  uint64_t pages = 0, used = 0;
  int64_t priority = 0;
};

// In pages of page_bytes. Absent: this kernel does not count it, or the place cannot be read.
struct MemoryUsage {
  using Pages = std::optional<uint64_t>;

  uint64_t page_bytes = 4096;
  Pages total;  // that the kernel managed
  Pages free;
  Pages per_cpu_free;  // kept by the CPUs for themselves: free too, but not in `free`
  Pages buffers;       // page cache of block devices
  Pages cached;        // page cache of files, shared memory among it
  Pages swap_cached;
  Pages shared;  // shared memory and tmpfs
  Pages anonymous;
  Pages mapped;  // of files, in page tables
  Pages dirty, writeback;
  Pages unevictable;
  Pages slab_reclaimable, slab_unreclaimable;
  Pages kernel_stacks, page_tables;
  Pages vmalloc;       // pages behind vmalloc(), kernel stacks among them where these are mapped so
  Pages per_cpu_data;  // of the per-CPU allocator
  Pages cma_total, cma_free;
  Pages zsmalloc;  // compressed: zram and zswap
  Pages swap_total, swap_free;
  Pages commit_limit, committed;
  std::vector<HugePagePool> huge;
  std::vector<SwapArea> swap;
  std::vector<std::string> problems;

  Pages slab() const;
  // Of huge page pools, whether used or not.
  uint64_t huge_pages() const;
};

MemoryUsage read_memory_usage(Kernel& kernel, const MemoryZones& zones);

}  // namespace inquest::vmcore
