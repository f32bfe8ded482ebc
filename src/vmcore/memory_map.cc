#include "vmcore/memory_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "vmcore/file_path.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMostAreas = 1'000'000;
// include/linux/mm.h
constexpr uint64_t kRead = 1;
constexpr uint64_t kWrite = 2;
constexpr uint64_t kExec = 4;
constexpr uint64_t kMayShare = 0x80;

std::vector<VirtAddr> areas_of(Kernel& kernel, const Object& mm, std::vector<std::string>& problems) {
  std::vector<VirtAddr> out;
  AddressSpace& space = kernel.space();
  if (const auto tree = mm.at("mm_mt")) {
    const IndexedWalk walk = walk_maple_tree(space, kernel.types(), tree->address(), kMostAreas);
    if (!walk.complete()) problems.push_back("the tree of areas: " + walk.problem);
    for (const IndexedEntry& one : walk.found) out.push_back(one.value);
    return out;
  }
  const auto next = kernel.types().offset("vm_area_struct", "vm_next");
  const auto first = mm.pointer("mmap");
  Walk list;
  if (next && first) {
    list = walk_chain(space, *first, *next, kMostAreas);
    if (list.complete()) return list.found;
    problems.push_back("the list of areas: " + list.problem);
  }
  // Where the list is broken, the tree may hold.
  const auto node = kernel.types().offset("vm_area_struct", "vm_rb");
  const auto root = mm.at("mm_rb");
  if (!node || !root) return list.found;
  const Walk tree = walk_rbtree(space, root->address(), kMostAreas);
  if (!tree.complete()) problems.push_back("the tree of areas: " + tree.problem);
  if (tree.found.size() < list.found.size()) return list.found;
  for (const VirtAddr one : tree.found) out.push_back(one - *node);
  return out;
}

// Source: show_map_vma() and get_vma_name() of fs/proc/task_mmu.c, arch_vma_name().
std::string name_of(Kernel& kernel, const Object& mm, const Object& area, std::vector<std::string>& problems) {
  if (const auto file = area.follow("vm_file")) {
    const auto path = file->at(file->has("f_path") ? "f_path" : "__f_path");
    if (!path) return {};
    FilePath found = path_of(kernel, *path);
    if (!found.problem.empty()) {
      problems.push_back(fmt::format("the file of the area at {:#x}: {}", area.address().value, found.problem));
    }
    return std::move(found.text);
  }
  const uint64_t start = area.number_or("vm_start", 0);
  const uint64_t end = area.number_or("vm_end", 0);
  const auto special = kernel.symbol("special_mapping_vmops");
  if (special && area.number_or("vm_ops", 0) == special->value) {
    const auto mapping = area.pointer("vm_private_data");
    const Object named = mapping ? kernel.object("vm_special_mapping", *mapping) : Object();
    return named.string("name", 64).value_or("");
  }
  const auto anonymous = area.follow("anon_name");  // v5.17, if anonymous memory can be named
  if (const auto heap = mm.number("start_brk"); heap && start < mm.number_or("brk", 0) && end > *heap) return "[heap]";
  const uint64_t stack = mm.number_or("start_stack", 0);
  if (start <= stack && stack < end) return "[stack]";
  if (anonymous) {
    const auto text = anonymous->string("name", 80);
    if (text && !text->empty()) return fmt::format("[anon:{}]", *text);
  }
  return {};
}

}  // namespace

std::string MappedArea::permissions() const {
  std::string out;
  out += (flags & kRead) != 0 ? 'r' : '-';
  out += (flags & kWrite) != 0 ? 'w' : '-';
  out += (flags & kExec) != 0 ? 'x' : '-';
  out += (flags & kMayShare) != 0 ? 's' : 'p';
  return out;
}

MemoryMap memory_map_of(Kernel& kernel, const Task& task) {
  MemoryMap out;
  const auto mm = task.object.pointer("mm");
  if (!mm) {
    out.problems.push_back(mm.error().text());
    return out;
  }
  if (mm->null()) return out;
  out.mm = *mm;
  const Object memory = kernel.object("mm_struct", *mm);
  out.pgd = memory.pointer("pgd").value_or(VirtAddr{});
  const uint64_t page = kernel.dump().memory().page_size();
  for (const VirtAddr at : areas_of(kernel, memory, out.problems)) {
    MappedArea one;
    one.area = kernel.object("vm_area_struct", at);
    const auto start = one.area.number("vm_start");
    const auto end = one.area.number("vm_end");
    if (!start || !end) {
      out.problems.push_back(fmt::format("the area at {:#x}: {}", at.value, (start ? end : start).error().text()));
      continue;
    }
    one.start = *start;
    one.end = *end;
    one.flags = one.area.number_or("vm_flags", 0);
    const auto file = one.area.pointer("vm_file");
    one.offset = file && !file->null() ? one.area.number_or("vm_pgoff", 0) * page : 0;
    one.name = name_of(kernel, memory, one.area, out.problems);
    out.areas.push_back(std::move(one));
  }
  std::ranges::stable_sort(out.areas, {}, &MappedArea::start);
  return out;
}

}  // namespace inquest::vmcore
