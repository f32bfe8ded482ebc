// Slab caches: which kinds of kernel objects hold how much memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

struct SlabCache {
  VirtAddr address;
  std::string name;
  uint64_t object_size = 0;  // bytes that a user asks for
  uint64_t size = 0;         // bytes that an object takes
  uint64_t slab_pages = 0;   // pages of one slab
  uint64_t slabs = 0;
  uint64_t objects = 0;  // that there is room for
  // In use, as /proc/slabinfo counts: all objects of the slab that a CPU just works with are.
  uint64_t active = 0;
  bool estimated = false;  // `active`: the cache has more half-full slabs than were counted

  uint64_t pages() const { return slabs * slab_pages; }
};

struct SlabCaches {
  std::vector<SlabCache> caches;  // the largest first
  std::vector<std::string> problems;
};

// SLUB's, and SLAB's of kernels since v4.10. Reads a bounded number of the descriptors of half-full slabs, and none of
// the objects.
SlabCaches read_slab_caches(Kernel& kernel);

}  // namespace inquest::vmcore
