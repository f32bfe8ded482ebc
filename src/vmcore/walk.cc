#include "vmcore/walk.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

// One step along a chain, and the reason where there is none.
bool step(AddressSpace& space, VirtAddr& at, uint64_t offset, Walk& walk) {
  const auto next = space.pointer(at + offset);
  if (!next) {
    walk.problem = fmt::format("stopped behind {:#x}: {}", at.value, next.error().text());
    return false;
  }
  at = *next;
  return true;
}

bool admit(VirtAddr at, std::unordered_set<uint64_t>& seen, size_t most, Walk& walk) {
  if (walk.found.size() >= most) {
    walk.problem = fmt::format("stopped at {:#x}, after {} entries", at.value, most);
    return false;
  }
  if (!seen.insert(at.value).second) {
    walk.problem = fmt::format("stopped at {:#x}: it was there before, the chain is a cycle", at.value);
    return false;
  }
  return true;
}

}  // namespace

Walk walk_list(AddressSpace& space, VirtAddr head, size_t most) {
  Walk out;
  std::unordered_set<uint64_t> seen;
  VirtAddr at = head;
  while (step(space, at, 0, out) && at != head) {
    if (at.null()) {
      out.problem =
          fmt::format("stopped at a null pointer after {} entries of the list at {:#x}", out.found.size(), head.value);
      break;
    }
    if (!admit(at, seen, most, out)) break;
    out.found.push_back(at);
  }
  // The last one was taken on trust: where it cannot be read, it is no entry.
  if (!out.problem.empty() && !out.found.empty() && !space.pointer(out.found.back())) out.found.pop_back();
  return out;
}

Walk walk_list_of(AddressSpace& space, VirtAddr head, uint64_t offset, size_t most) {
  Walk out = walk_list(space, head, most);
  for (VirtAddr& one : out.found) one = one - offset;
  return out;
}

Walk walk_chain(AddressSpace& space, VirtAddr first, uint64_t next_offset, size_t most) {
  Walk out;
  std::unordered_set<uint64_t> seen;
  VirtAddr at = first;
  while (!at.null() && (at.value & 1) == 0) {
    if (!admit(at, seen, most, out)) break;
    const VirtAddr here = at;
    if (!step(space, at, next_offset, out)) break;
    out.found.push_back(here);
  }
  return out;
}

Walk walk_hlist(AddressSpace& space, VirtAddr head, size_t most) {
  Walk out;
  VirtAddr first = head;
  if (!step(space, first, 0, out)) return out;
  return walk_chain(space, first, 0, most);
}

Walk walk_rbtree(AddressSpace& space, VirtAddr root, size_t most) {
  // struct rb_node { unsigned long __rb_parent_color; struct rb_node *rb_right, *rb_left; }
  constexpr uint64_t kRight = 8;
  constexpr uint64_t kLeft = 16;
  Walk out;
  std::unordered_set<uint64_t> seen;
  std::vector<VirtAddr> waiting;
  VirtAddr at = root;
  if (!step(space, at, 0, out)) return out;
  while (!at.null() || !waiting.empty()) {
    while (!at.null()) {
      if (!admit(at, seen, most, out)) return out;
      waiting.push_back(at);
      if (!step(space, at, kLeft, out)) {
        waiting.pop_back();
        at = {};
      }
    }
    if (waiting.empty()) break;
    at = waiting.back();
    waiting.pop_back();
    out.found.push_back(at);
    if (!step(space, at, kRight, out)) at = {};
  }
  return out;
}

}  // namespace inquest::vmcore
