// Who ate the memory: where all of it went, and a verdict in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/memory_usage.h"
#include "vmcore/process_memory.h"
#include "vmcore/slab_caches.h"

namespace inquest::vmcore {

// A part of the memory; the parts do not overlap.
struct MemoryShare {
  std::string name;   // "anonymous", "page-cache", "shared", "slab", "unaccounted": for programs
  std::string words;  // "memory of processes"
  uint64_t pages = 0;
};

struct OomKill {
  uint64_t time_ns = 0;
  std::string text;  // the log's line
};

enum class Shortage : uint8_t {
  None,
  Low,       // all zones that matter are below their low watermark: the kernel is looking for pages
  Critical,  // ... below the minimum: nobody gets a page without waiting
};

struct MemoryBlame {
  MemoryUsage usage;
  std::vector<MemoryShare> shares;  // all of the memory, the largest first; free memory is one
  ProcessMemories processes;
  SlabCaches caches;
  Shortage shortage = Shortage::None;
  uint64_t free = 0, low = 0, min = 0;  // pages, of the zones that matter
  std::vector<OomKill> kills;           // that the log still has
  std::vector<std::string> verdict;     // sentences, the most important first
  std::vector<std::string> problems;
};

MemoryBlame read_memory_blame(Kernel& kernel);

}  // namespace inquest::vmcore
