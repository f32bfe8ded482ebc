// The page allocator: nodes, their zones with the free lists, and the counters of /proc/vmstat.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// One of /proc/vmstat's, by the kernel's enumerator ("NR_FILE_PAGES"). In pages where the name says nothing else
// (NR_KERNEL_STACK_KB). Below zero only where memory is damaged, or for a moment, on its way from one CPU to another.
struct VmCounter {
  std::string name;
  int64_t value = 0;
};

struct MemoryZone {
  uint32_t node = 0;
  std::string name;  // "DMA32"
  VirtAddr address;
  uint64_t spanned = 0, present = 0, managed = 0;  // pages
  uint64_t min = 0, low = 0, high = 0;             // watermarks, in pages
  uint64_t free = 0;                               // pages in the free lists, as the counter has it
  uint64_t per_cpu = 0;                            // free pages that the CPUs keep for themselves
  std::vector<uint64_t> free_blocks;               // by order: how many blocks of 2^order pages
  std::vector<VmCounter> counters;
};

struct MemoryZones {
  std::vector<MemoryZone> zones;  // those that have memory, by node
  // Of the whole machine. What each CPU has not yet added is added here, so that these are exact, unlike the kernel's
  // own sums.
  std::vector<VmCounter> counters;
  std::vector<std::string> problems;

  std::optional<uint64_t> counter(std::string_view name) const;  // 0 where it is below
};

// `counters` may be complete where `zones` is not: the machine's sums stand apart from the zones.
MemoryZones read_memory_zones(Kernel& kernel);

}  // namespace inquest::vmcore
