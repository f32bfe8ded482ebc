#include "vmcore/memory_usage.h"

#include <algorithm>

#include <fmt/format.h>

#include "vmcore/per_cpu_counter.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxPools = 16;
constexpr uint32_t kMaxSwapAreas = 64;
constexpr size_t kMaxBlockDevices = 100'000;
constexpr uint64_t kSwapInUse = 1;  // SWP_USED
constexpr uint64_t kMaxHugeOrder = 32;

// Counters were renamed: the first that this kernel has.
MemoryUsage::Pages first(const MemoryZones& zones, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto value = zones.counter(name)) return value;
  }
  return std::nullopt;
}

// nr_blockdev_pages(): pages in the caches of the block devices themselves. Before v5.11 only devices that are open
// have an inode there, and others have no cache.
MemoryUsage::Pages block_device_pages(Kernel& kernel, std::vector<std::string>& problems) {
  const auto pointer = kernel.symbol("blockdev_superblock");
  const auto heads = kernel.types().offset("super_block", "s_inodes");
  const auto link = kernel.types().offset("inode", "i_sb_list");
  if (!pointer || !heads || !link) return std::nullopt;
  const auto super = kernel.space().pointer(*pointer);
  if (!super || super->null()) return std::nullopt;
  const Walk walk = walk_list_of(kernel.space(), *super + *heads, *link, kMaxBlockDevices);
  if (!walk.complete()) problems.push_back("inodes of block devices: " + walk.problem);
  uint64_t sum = 0;
  for (const VirtAddr inode : walk.found) {
    const auto pages = kernel.object("inode", inode).number("i_mapping->nrpages");
    if (pages && *pages < uint64_t{1} << 52) sum += *pages;
  }
  return sum;
}

void read_huge_pages(Kernel& kernel, MemoryUsage& out) {
  const auto pools = kernel.symbol("hstates");
  const auto size = kernel.types().size("hstate");
  const uint64_t count = std::min<uint64_t>(global_u32(kernel, "hugetlb_max_hstate").value_or(0), kMaxPools);
  if (!pools || !size) return;
  for (uint64_t i = 0; i < count; ++i) {
    const Object pool = kernel.object("hstate", *pools + i * *size);
    const auto order = pool.number("order");
    if (!order || *order > kMaxHugeOrder) {
      out.problems.push_back(fmt::format("the pool of huge pages at {:#x} means nothing", pool.address().value));
      continue;
    }
    out.huge.push_back({out.page_bytes << *order, pool.number_or("nr_huge_pages", 0),
                        pool.number_or("free_huge_pages", 0), pool.number_or("resv_huge_pages", 0),
                        pool.number_or("surplus_huge_pages", 0)});
  }
}

void read_swap(Kernel& kernel, MemoryUsage& out) {
  if (const auto pages = global_u64(kernel, "total_swap_pages")) out.swap_total = *pages;
  if (const auto pages = global_u64(kernel, "nr_swap_pages")) {
    out.swap_free = static_cast<uint64_t>(std::max<int64_t>(static_cast<int64_t>(*pages), 0));
  }
  const auto areas = kernel.symbol("swap_info");
  const uint32_t count = std::min(global_u32(kernel, "nr_swapfiles").value_or(0), kMaxSwapAreas);
  for (uint32_t i = 0; areas && i < count; ++i) {
    const auto address = kernel.space().pointer(*areas + uint64_t{i} * 8);
    if (!address || address->null()) continue;
    const Object area = kernel.object("swap_info_struct", *address);
    if ((area.number_or("flags", 0) & kSwapInUse) == 0) continue;
    SwapArea one;
    one.name = area.at("swap_file->f_path.dentry->d_name.name").value_or(Object()).string({}, 256).value_or("?");
    one.pages = area.number_or("pages", 0);
    one.used = area.number_or("inuse_pages", 0);
    one.priority = area.signed_number("prio").value_or(0);
    out.swap.push_back(std::move(one));
  }
}

// Source: mm/util.c, vm_commit_limit().
void read_commit(Kernel& kernel, MemoryUsage& out) {
  if (const auto counter = kernel.global("vm_committed_as", "percpu_counter")) {
    if (const auto sum = per_cpu_counter(kernel, *counter)) {
      out.committed = static_cast<uint64_t>(std::max<int64_t>(*sum, 0));
    }
  }
  const auto ratio = global_u32(kernel, "sysctl_overcommit_ratio");
  if (!out.total || !ratio) return;
  const uint64_t kbytes = global_u64(kernel, "sysctl_overcommit_kbytes").value_or(0);
  const uint64_t usable = *out.total - std::min(*out.total, out.huge_pages());
  const uint64_t allowed = kbytes != 0 ? kbytes / std::max<uint64_t>(out.page_bytes / 1024, 1)
                                       : static_cast<uint64_t>(static_cast<double>(usable) * *ratio / 100);
  out.commit_limit = allowed + out.swap_total.value_or(0);
}

}  // namespace

MemoryUsage::Pages MemoryUsage::slab() const {
  if (!slab_reclaimable && !slab_unreclaimable) return std::nullopt;
  return slab_reclaimable.value_or(0) + slab_unreclaimable.value_or(0);
}

uint64_t MemoryUsage::huge_pages() const {
  uint64_t bytes = 0;
  for (const HugePagePool& pool : huge) bytes += pool.total * pool.page_bytes;  // wraps where memory is damaged
  return bytes / std::max<uint64_t>(page_bytes, 1);
}

MemoryUsage read_memory_usage(Kernel& kernel, const MemoryZones& zones) {
  MemoryUsage out;
  out.page_bytes = kernel.dump().memory().page_size();
  // An atomic with another name since v5.0.
  out.total = global_u64(kernel, "_totalram_pages");
  if (!out.total) out.total = global_u64(kernel, "totalram_pages");
  out.free = zones.counter("NR_FREE_PAGES");
  if (!zones.zones.empty()) {
    uint64_t sum = 0;
    for (const MemoryZone& zone : zones.zones) sum += zone.per_cpu;
    out.per_cpu_free = sum;
  }
  out.swap_cached = zones.counter("NR_SWAPCACHE");
  out.buffers = block_device_pages(kernel, out.problems);
  if (const auto pages = zones.counter("NR_FILE_PAGES")) {
    const uint64_t others = out.buffers.value_or(0) + out.swap_cached.value_or(0);
    out.cached = *pages - std::min(*pages, others);
  }
  out.shared = zones.counter("NR_SHMEM");
  out.anonymous = first(zones, {"NR_ANON_MAPPED", "NR_ANON_PAGES"});
  out.mapped = zones.counter("NR_FILE_MAPPED");
  out.dirty = zones.counter("NR_FILE_DIRTY");
  out.writeback = zones.counter("NR_WRITEBACK");
  out.unevictable = zones.counter("NR_UNEVICTABLE");
  out.slab_reclaimable = first(zones, {"NR_SLAB_RECLAIMABLE_B", "NR_SLAB_RECLAIMABLE"});
  out.slab_unreclaimable = first(zones, {"NR_SLAB_UNRECLAIMABLE_B", "NR_SLAB_UNRECLAIMABLE"});
  out.page_tables = zones.counter("NR_PAGETABLE");
  if (const auto kib = zones.counter("NR_KERNEL_STACK_KB")) {
    out.kernel_stacks = *kib / std::max<uint64_t>(out.page_bytes / 1024, 1);
  }
  out.vmalloc = global_u64(kernel, "nr_vmalloc_pages");
  const auto units = global_u32(kernel, "pcpu_nr_units");
  const auto populated = global_u64(kernel, "pcpu_nr_populated");
  if (units && populated) out.per_cpu_data = *populated * *units;
  out.cma_total = global_u64(kernel, "totalcma_pages");
  out.cma_free = zones.counter("NR_FREE_CMA_PAGES");
  out.zsmalloc = zones.counter("NR_ZSPAGES");
  read_huge_pages(kernel, out);
  read_swap(kernel, out);
  read_commit(kernel, out);
  return out;
}

}  // namespace inquest::vmcore
