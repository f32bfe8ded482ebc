// Source: mm/slub.c, mm/slab.h; struct slab was split from struct page by commit d122019bf061 ("mm: Split slab into its
// own type"), v5.17.
#include "vmcore/slab_caches.h"

#include <algorithm>

#include <fmt/format.h>

#include "vmcore/per_cpu_counter.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxCaches = 100'000;  // with memory cgroups, kernels before v5.9 had one set for each
constexpr uint64_t kMaxNodes = 1024;
constexpr uint64_t kMaxOrder = 32;
// Half-full slabs whose objects are counted, of one cache and of all: beyond, the rest is taken to be like these. What
// is read here also goes into slim dumps.
constexpr size_t kCountedOfCache = 1'000;
constexpr size_t kCountedOfAll = 20'000;

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel), slab_type_(kernel.types().size("slab") ? "slab" : "page") {}

  SlabCaches read() {
    const auto head = kernel_.symbol("slab_caches");
    const auto list = kernel_.types().offset("kmem_cache", "list");
    if (!head || !list) {
      out_.problems.emplace_back(head ? "the type struct kmem_cache is not known" : "no symbol slab_caches");
      return std::move(out_);
    }
    const Walk walk = walk_list_of(kernel_.space(), *head, *list, kMaxCaches);
    if (!walk.complete()) out_.problems.push_back("slab caches: " + walk.problem);
    for (const VirtAddr address : walk.found) read_cache(kernel_.object("kmem_cache", address));
    std::ranges::stable_sort(out_.caches, std::greater(), &SlabCache::pages);
    return std::move(out_);
  }

 private:
  void read_cache(const Object& cache) {
    SlabCache out;
    out.address = cache.address();
    out.size = cache.number_or("size", 0);
    out.object_size = cache.number_or("object_size", out.size);
    out.name = cache.string("name", 256).value_or("?");
    uint64_t per_slab = 0, order = 0;
    if (const auto shape = cache.number("oo.x")) {  // order and objects of a slab in one number
      order = *shape >> 16;
      per_slab = *shape & 0xffff;
    } else {  // SLAB
      order = cache.number_or("gfporder", 0);
      per_slab = cache.number_or("num", 0);
    }
    if (order > kMaxOrder) {
      out_.problems.push_back(fmt::format("slab cache at {:#x}: slabs of 2^{} pages", out.address.value, order));
      return;
    }
    out.slab_pages = uint64_t{1} << order;
    // The array is as long as the machine has nodes, whatever its type says: behind it begins something else.
    const uint64_t nodes = std::clamp<uint64_t>(global_u32(kernel_, "nr_node_ids").value_or(1), 1, kMaxNodes);
    uint64_t free = 0;
    for (uint64_t i = 0; i < nodes; ++i) {
      const auto node = cache.follow(fmt::format("node[{}]", i));
      if (node) free += read_node(*node, per_slab, out);
    }
    out.active = out.objects - std::min(free, out.objects);
    out_.caches.push_back(std::move(out));
  }

  // Gives its free objects.
  uint64_t read_node(const Object& node, uint64_t per_slab, SlabCache& out) {
    if (const auto slabs = node.number("nr_slabs")) {
      out.slabs += *slabs;
      out.objects += node.number_or("total_objects", 0);
      return free_in_partial_slabs(node, out);
    }
    const uint64_t slabs = node.number_or("total_slabs", 0);  // SLAB
    out.slabs += slabs;
    out.objects += slabs * per_slab;
    return node.number_or("free_objects", 0);
  }

  uint64_t free_in_partial_slabs(const Object& node, SlabCache& out) {
    const auto head = node.at("partial");
    const uint64_t count = node.number_or("nr_partial", 0);
    if (!head || count == 0) return 0;
    // Since v5.17 the list_head of a slab shares its place with others in an anonymous union.
    const auto link = kernel_.types().offset(slab_type_, slab_type_ == "slab" ? "slab_list" : "lru");
    const auto objects = kernel_.types().field(slab_type_, "objects");
    if (!link || !objects) return 0;
    const size_t most = std::min(kCountedOfCache, kCountedOfAll - std::min(kCountedOfAll, counted_));
    const Walk walk = walk_list_of(kernel_.space(), head->address(), *link, most);
    counted_ += walk.found.size();
    uint64_t free = 0;
    for (const VirtAddr address : walk.found) {
      const Object slab = kernel_.object(slab_type_, address);
      const uint64_t room = slab.number_or("objects", 0);
      free += room - std::min(room, slab.number_or("inuse", 0));
    }
    if (walk.complete()) return free;
    if (walk.found.size() < most) {
      out_.problems.push_back(fmt::format("slab cache {}: {}", out.name, walk.problem));
      return free;
    }
    out.estimated = true;
    if (walk.found.empty()) return 0;
    // In floating point, for the count may be damaged.
    const double all = static_cast<double>(free) / static_cast<double>(walk.found.size()) * static_cast<double>(count);
    return all < static_cast<double>(out.objects) ? static_cast<uint64_t>(all) : out.objects;
  }

  Kernel& kernel_;
  std::string_view slab_type_;
  size_t counted_ = 0;
  SlabCaches out_;
};

}  // namespace

SlabCaches read_slab_caches(Kernel& kernel) { return Reader(kernel).read(); }

}  // namespace inquest::vmcore
