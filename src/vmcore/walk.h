// Walks over the kernel's linked structures. Each is bounded, notices cycles, and says where it stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "vmcore/address.h"
#include "vmcore/address_space.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

// What a walk gave: everything up to the place where it could not go on.
struct Walk {
  static constexpr size_t kMost = 4'000'000;

  std::vector<VirtAddr> found;
  std::string problem;  // why it ended early, with the address; empty where it reached the end
  bool complete() const { return problem.empty(); }
};

// A circular list: the addresses of the list_heads that hang on `head`, without `head` itself.
Walk walk_list(AddressSpace& space, VirtAddr head, size_t most = Walk::kMost);
// The containers of these: each address less the offset of the list_head in it.
Walk walk_list_of(AddressSpace& space, VirtAddr head, uint64_t offset, size_t most = Walk::kMost);
// A chain that ends in null (struct hlist_head) or in an odd value (hlist_nulls): its nodes.
Walk walk_hlist(AddressSpace& space, VirtAddr head, size_t most = Walk::kMost);
// Any chain of pointers at `next_offset`, from `first` to null.
Walk walk_chain(AddressSpace& space, VirtAddr first, uint64_t next_offset, size_t most = Walk::kMost);
// A red-black tree, in order: `root` is the struct rb_root (or rb_root_cached), the results are rb_nodes.
Walk walk_rbtree(AddressSpace& space, VirtAddr root, size_t most = Walk::kMost);

struct IndexedEntry {
  uint64_t index = 0;
  VirtAddr value;
};
struct IndexedWalk {
  std::vector<IndexedEntry> found;
  std::string problem;
  bool complete() const { return problem.empty(); }
};

// A struct xarray (also idr->idr_rt), or a radix tree since v4.20: its entries by index. Values, which are no pointers,
// are shifted back; siblings of one entry are left out.
IndexedWalk walk_xarray(AddressSpace& space, const Types& types, VirtAddr xarray, size_t most = Walk::kMost);
// A struct maple_tree (v6.1 and newer): its entries, by the first index of their range.
IndexedWalk walk_maple_tree(AddressSpace& space, const Types& types, VirtAddr tree, size_t most = Walk::kMost);

}  // namespace inquest::vmcore
