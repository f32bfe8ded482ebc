// A process's memory as it saw it: what was mapped where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct MappedArea {
  Object area;  // its struct vm_area_struct
  uint64_t start = 0, end = 0;
  uint64_t flags = 0;
  uint64_t offset = 0;  // in the file, in bytes
  std::string name;     // path, or "[heap]", "[stack]", "[vdso]", "[anon:...]"; empty where it has none

  // "r-xp", as /proc/PID/maps has it.
  std::string permissions() const;
};

struct MemoryMap {
  VirtAddr mm;                    // null: a task without user memory
  VirtAddr pgd;                   // the root of its page tables, as the kernel sees it
  std::vector<MappedArea> areas;  // by address
  std::vector<std::string> problems;
};

// From the maple tree (v6.1), else the list of areas, else their red-black tree. Reads no user memory.
MemoryMap memory_map_of(Kernel& kernel, const Task& task);

}  // namespace inquest::vmcore
