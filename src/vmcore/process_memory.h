// Which process had how much memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/tasks.h"

namespace inquest::vmcore {

// Kinds of pages that a struct mm_struct counts. Source: include/linux/mm_types_task.h (v4.5: shared memory apart).
enum class PageKind : uint8_t { File = 0, Anonymous = 1, Swapped = 2, Shared = 3 };

// The pages of that kind, with what each CPU has not yet added; 0 where that cannot be read or is below zero, as it is
// for a moment. Threads of kernels before v6.2 keep up to 64 pages each to themselves, which the kernel too leaves out.
uint64_t pages_of(Kernel& kernel, const Object& mm, PageKind kind);

struct ProcessMemory {
  uint32_t pid = 0;
  std::string comm;
  uint64_t anonymous = 0, file = 0, shared = 0, swapped = 0;  // pages
  uint64_t page_table_bytes = 0;
  int64_t oom_score_adj = 0;

  uint64_t resident() const { return anonymous + file + shared; }
};

struct ProcessMemories {
  std::vector<ProcessMemory> processes;  // the largest first; kernel threads have none
  std::vector<std::string> problems;
};

// Processes that share all their memory (vfork) are one, under the first one's name.
ProcessMemories read_process_memory(Kernel& kernel);

}  // namespace inquest::vmcore
