// Trees whose shape is in the low bits of their pointers.
// Source: include/linux/xarray.h, lib/xarray.c (v4.20); include/linux/maple_tree.h, lib/maple_tree.c (v6.1).
#include <array>
#include <cstring>
#include <unordered_set>

#include <fmt/format.h>

#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kAllOnes = ~uint64_t{0};

struct Job {
  VirtAddr node;
  uint64_t first = 0;
  uint64_t last = kAllOnes;
};

bool visit(VirtAddr node, std::unordered_set<uint64_t>& seen, const std::vector<IndexedEntry>& found, size_t most,
           std::string& problem) {
  if (found.size() >= most || seen.size() >= most) {
    problem = fmt::format("stopped at node {:#x}, after {} entries", node.value, found.size());
    return false;
  }
  if (!seen.insert(node.value).second) {
    problem = fmt::format("node {:#x} was there before: left out", node.value);
    return false;
  }
  return true;
}

}  // namespace

IndexedWalk walk_xarray(AddressSpace& space, const Types& types, VirtAddr xarray, size_t most) {
  IndexedWalk out;
  const auto head_offset = types.offset("xarray", "xa_head");
  const auto slots_field = types.field("xa_node", "slots");
  const auto shift_offset = types.offset("xa_node", "shift");
  if (!head_offset || !slots_field || !shift_offset) {
    out.problem = "this kernel has no struct xarray";
    return out;
  }
  const uint64_t slots = info_of(strip_typedefs(slots_field->type)).count;
  const auto head = space.pointer(xarray + *head_offset);
  if (!head) {
    out.problem = head.error().text();
    return out;
  }
  // xa_is_node(): internal (low bits 10) and above the range of the small internal values.
  const auto is_node = [](uint64_t entry) { return (entry & 3) == 2 && entry > 4096; };
  const auto add = [&](uint64_t index, uint64_t entry) {
    if (entry == 0 || (entry & 3) == 2) return;  // empty, a sibling, or a retry mark
    out.found.push_back({index, {(entry & 1) != 0 ? entry >> 1 : entry}});
  };
  if (!is_node(head->value)) {
    add(0, head->value);
    return out;
  }
  std::unordered_set<uint64_t> seen;
  std::vector<Job> jobs = {{{head->value & ~uint64_t{3}}, 0, kAllOnes}};
  while (!jobs.empty()) {
    const Job job = jobs.back();
    jobs.pop_back();
    if (!visit(job.node, seen, out.found, most, out.problem)) continue;
    const auto shift = space.u8(job.node + *shift_offset);
    const auto body = space.bytes(job.node + slots_field->offset, slots * 8, 4096);
    if (!shift || !body || *shift > 60) {
      out.problem = fmt::format("node {:#x} cannot be followed", job.node.value);
      continue;
    }
    for (uint64_t i = slots; i-- > 0;) {  // the stack turns the order of nodes round
      uint64_t entry = 0;
      std::memcpy(&entry, body->data() + i * 8, 8);
      if (is_node(entry) && *shift > 0) jobs.push_back({{entry & ~uint64_t{3}}, job.first + (i << *shift), 0});
    }
    for (uint64_t i = 0; i < slots; ++i) {
      uint64_t entry = 0;
      std::memcpy(&entry, body->data() + i * 8, 8);
      if (!is_node(entry) || *shift == 0) add(job.first + (i << *shift), entry);
    }
  }
  return out;
}

IndexedWalk walk_maple_tree(AddressSpace& space, const Types& types, VirtAddr tree, size_t most) {
  // The node's kind is in bits 3 to 6 of a pointer to it: 0 dense, 1 leaf_64, 2 range_64, 3 arange_64.
  enum : uint64_t { kDense, kLeaf, kRange, kARange };
  IndexedWalk out;
  const auto root_offset = types.offset("maple_tree", "ma_root");
  const auto range_pivots = types.field("maple_range_64", "pivot");
  const auto range_slots = types.field("maple_range_64", "slot");
  const auto arange_pivots = types.field("maple_arange_64", "pivot");
  const auto arange_slots = types.field("maple_arange_64", "slot");
  if (!root_offset || !range_pivots || !range_slots || !arange_pivots || !arange_slots) {
    out.problem = "this kernel has no struct maple_tree";
    return out;
  }
  const auto root = space.u64(tree + *root_offset);
  if (!root) {
    out.problem = root.error().text();
    return out;
  }
  const auto is_node = [](uint64_t entry) { return (entry & 3) == 2 && entry > 4096; };
  if (!is_node(*root)) {
    if (*root != 0) out.found.push_back({0, {*root}});
    return out;
  }
  std::unordered_set<uint64_t> seen;
  std::vector<Job> jobs = {{{*root}, 0, kAllOnes}};
  while (!jobs.empty()) {
    const Job job = jobs.back();
    jobs.pop_back();
    const uint64_t kind = (job.node.value >> 3) & 0xf;
    const VirtAddr node{job.node.value & ~uint64_t{255}};
    if (!visit(node, seen, out.found, most, out.problem)) continue;
    const bool arange = kind == kARange;
    const Field& pivots = arange ? *arange_pivots : *range_pivots;
    const Field& slots = arange ? *arange_slots : *range_slots;
    const uint64_t slot_count = info_of(strip_typedefs(slots.type)).count;
    const uint64_t pivot_count = info_of(strip_typedefs(pivots.type)).count;
    const auto body = space.bytes(node, 256);
    if (!body || kind == kDense || kind > kARange || slots.offset + slot_count * 8 > 256 ||
        pivots.offset + pivot_count * 8 > 256) {
      out.problem = fmt::format("node {:#x} cannot be followed", job.node.value);
      continue;
    }
    std::vector<Job> children;
    uint64_t first = job.first;
    for (uint64_t i = 0; i < slot_count; ++i) {
      uint64_t last = job.last;
      if (i < pivot_count) {
        std::memcpy(&last, body->data() + pivots.offset + i * 8, 8);
        // An unused pivot behind the first is zero: the slot reaches to the end of the node.
        if (last == 0 && i > 0) last = job.last;
      }
      if (last > job.last) last = job.last;
      uint64_t entry = 0;
      std::memcpy(&entry, body->data() + slots.offset + i * 8, 8);
      if (kind == kLeaf) {
        if (entry != 0 && (entry & 3) != 2) out.found.push_back({first, {entry}});
      } else if (entry > 4096) {
        // Below the root a pointer to a node has no mark but its kind (mt_mk_node()).
        children.push_back({{entry}, first, last});
      }
      if (last >= job.last) break;
      first = last + 1;
    }
    jobs.insert(jobs.end(), children.rbegin(), children.rend());
  }
  return out;
}

}  // namespace inquest::vmcore
