#include "vmcore/memory_zones.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxNodes = 1024;  // MAX_NUMNODES at its largest
constexpr uint64_t kMaxZones = 16;
constexpr uint64_t kMaxOrders = 64;
constexpr size_t kMaxItems = 256;
constexpr uint64_t kOnline = 1;  // N_ONLINE of enum node_states

// Names by index; "" where an index has none.
std::vector<std::string> item_names(const Types& types, std::string_view enumeration) {
  std::vector<std::string> out;
  const Type type = types.find(enumeration);
  if (!type) return out;
  for (const Enumerator& one : type.source->enumerators(type.id)) {
    // Two names begin the list of LRUs, the plain one is the better; the last only counts.
    if (one.value < 0 || one.value >= static_cast<int64_t>(kMaxItems) || one.name.ends_with("_BASE") ||
        one.name.ends_with("_STAT_ITEMS")) {
      continue;
    }
    const auto index = static_cast<size_t>(one.value);
    if (out.size() <= index) out.resize(index + 1);
    out[index] = one.name;
  }
  return out;
}

// Array members of long counters.
std::vector<int64_t> longs(AddressSpace& space, VirtAddr at, size_t count) {
  std::vector<int64_t> out(count);
  if (!space.read(at, std::as_writable_bytes(std::span(out)))) out.clear();
  return out;
}

// What the CPUs have not yet added to the counters: arrays of signed bytes, wherever `pointer` of `owner` has them.
struct Pending {
  std::string_view pointer;    // a per-CPU pointer, a member of the zone or node
  std::string_view structure;  // what it points to
  std::string_view array;      // the member of that
};

void add_pending(Kernel& kernel, const Object& owner, const Pending& pending, std::vector<int64_t>& sums) {
  // Memory first: a type that this kernel does not have costs a look at all of its types.
  const auto base = owner.pointer(pending.pointer);
  if (!base || base->null()) return;
  const auto array = kernel.types().field(pending.structure, pending.array);
  if (!array) return;
  std::vector<int8_t> part(std::min<size_t>(sums.size(), info_of(strip_typedefs(array->type)).count));
  for (const uint32_t cpu : kernel.possible_cpus()) {
    const auto place = kernel.per_cpu(*base, cpu);
    if (!place || !kernel.space().read(*place + array->offset, std::as_writable_bytes(std::span(part)))) continue;
    for (size_t i = 0; i < part.size(); ++i) sums[i] += part[i];
  }
}

std::vector<VirtAddr> nodes_of(Kernel& kernel, std::vector<std::string>& problems) {
  std::vector<VirtAddr> out;
  AddressSpace& space = kernel.space();
  const auto array = kernel.symbol("node_data");
  if (!array) {
    if (const auto only = kernel.symbol("contig_page_data")) out.push_back(*only);
    return out;
  }
  const uint64_t bytes = std::clamp<uint64_t>(kernel.types().size("nodemask_t").value_or(8), 8, kMaxNodes / 8);
  const auto states = kernel.symbol("node_states");
  for (uint64_t node = 0; node < bytes * 8; ++node) {
    const auto word = states ? space.u64(*states + kOnline * bytes + node / 64 * 8) : Result<uint64_t>(~uint64_t{0});
    if (word && (*word >> node % 64 & 1) == 0) continue;
    const auto address = space.pointer(*array + node * 8);
    if (!address) {
      problems.push_back(fmt::format("node {}: {}", node, address.error().text()));
      break;
    }
    if (!address->null()) out.push_back(*address);
  }
  return out;
}

// Pages on the per-CPU lists of the zone. The struct that holds them lost its wrapper in v5.14.
uint64_t per_cpu_pages(Kernel& kernel, const Object& zone) {
  const bool plain = zone.has("per_cpu_pageset");
  const auto base = zone.pointer(plain ? "per_cpu_pageset" : "pageset");
  const auto count =
      plain ? kernel.types().offset("per_cpu_pages", "count") : kernel.types().offset("per_cpu_pageset", "pcp.count");
  if (!base || !count) return 0;
  uint64_t sum = 0;
  for (const uint32_t cpu : kernel.possible_cpus()) {
    const auto place = kernel.per_cpu(*base, cpu);
    if (!place) continue;
    const auto pages = kernel.space().number<int32_t>(*place + *count);
    if (pages && *pages > 0) sum += static_cast<uint64_t>(*pages);
  }
  return sum;
}

std::vector<VmCounter> named(const std::vector<std::string>& names, const std::vector<int64_t>& values) {
  std::vector<VmCounter> out;
  for (size_t i = 0; i < values.size() && i < names.size(); ++i) {
    if (!names[i].empty()) out.push_back({names[i], values[i]});
  }
  return out;
}

class Reader {
 public:
  explicit Reader(Kernel& kernel)
      : kernel_(kernel),
        zone_names_(item_names(kernel.types(), "enum zone_stat_item")),
        node_names_(item_names(kernel.types(), "enum node_stat_item")),
        zone_sums_(zone_names_.size()),
        node_sums_(node_names_.size()) {}

  MemoryZones read() {
    uint32_t number = 0;
    for (const VirtAddr address : nodes_of(kernel_, out_.problems)) {
      const Object node = kernel_.object("pglist_data", address);
      if (node.empty()) {
        out_.problems.emplace_back("zones: the type struct pglist_data is not known");
        break;
      }
      read_node(node, static_cast<uint32_t>(node.number_or("node_id", number++)));
    }
    // Zones and nodes have counters apart since v4.8.
    add_global({"vm_zone_stat", "vm_stat"}, zone_names_, zone_sums_);
    add_global({"vm_node_stat"}, node_names_, node_sums_);
    if (out_.counters.empty()) out_.problems.emplace_back("the counters of memory cannot be read");
    return std::move(out_);
  }

 private:
  // `sums` has what the CPUs have not yet added.
  void add_global(std::initializer_list<std::string_view> symbols, const std::vector<std::string>& names,
                  std::vector<int64_t>& sums) {
    for (const std::string_view symbol : symbols) {
      const auto at = kernel_.symbol(symbol);
      if (!at || names.empty()) continue;
      const std::vector<int64_t> values = longs(kernel_.space(), *at, names.size());
      if (values.empty()) {
        out_.problems.push_back(fmt::format("{} at {:#x} cannot be read", symbol, at->value));
        return;
      }
      for (size_t i = 0; i < values.size(); ++i) sums[i] += values[i];
      const std::vector<VmCounter> all = named(names, sums);
      out_.counters.insert(out_.counters.end(), all.begin(), all.end());
      return;
    }
  }

  void read_node(const Object& node, uint32_t number) {
    add_pending(kernel_, node, {"per_cpu_nodestats", "per_cpu_nodestat", "vm_node_stat_diff"}, node_sums_);
    const auto zones = node.at("node_zones");
    if (!zones) {
      out_.problems.push_back(fmt::format("node at {:#x}: {}", node.address().value, zones.error().text()));
      return;
    }
    const uint64_t count = std::min<uint64_t>(zones->info().count, kMaxZones);
    for (uint64_t i = 0; i < count; ++i) {
      if (const auto zone = zones->element(i)) read_zone(*zone, number);
    }
  }

  void read_zone(const Object& zone, uint32_t node) {
    const auto present = zone.number("present_pages");
    if (!present) {
      out_.problems.push_back(fmt::format("zone at {:#x}: {}", zone.address().value, present.error().text()));
      return;
    }
    if (*present == 0) return;
    MemoryZone out;
    out.node = node;
    out.address = zone.address();
    out.name = zone.string("name", 32).value_or("?");
    out.present = *present;
    out.spanned = zone.number_or("spanned_pages", 0);
    out.managed = zone.number_or("managed_pages", 0);
    const std::string_view marks = zone.has("_watermark") ? "_watermark" : "watermark";
    const uint64_t boost = zone.number_or("watermark_boost", 0);
    out.min = zone.number_or(fmt::format("{}[0]", marks), 0) + boost;
    out.low = zone.number_or(fmt::format("{}[1]", marks), 0) + boost;
    out.high = zone.number_or(fmt::format("{}[2]", marks), 0) + boost;
    out.per_cpu = per_cpu_pages(kernel_, zone);
    if (const auto areas = zone.at("free_area")) {
      const uint64_t orders = std::min<uint64_t>(areas->info().count, kMaxOrders);
      for (uint64_t order = 0; order < orders; ++order) {
        out.free_blocks.push_back(zone.number_or(fmt::format("free_area[{}].nr_free", order), 0));
      }
    }
    std::vector<int64_t> pending(zone_names_.size());
    add_pending(kernel_, zone, {"per_cpu_zonestats", "per_cpu_zonestat", "vm_stat_diff"}, pending);
    add_pending(kernel_, zone, {"pageset", "per_cpu_pageset", "vm_stat_diff"}, pending);  // before v5.14
    for (size_t i = 0; i < pending.size(); ++i) zone_sums_[i] += pending[i];
    if (const auto stat = zone.at("vm_stat")) {
      const std::vector<int64_t> values = longs(kernel_.space(), stat->address(), pending.size());
      for (size_t i = 0; i < values.size(); ++i) pending[i] += values[i];
      out.counters = named(zone_names_, pending);
    }
    for (const VmCounter& one : out.counters) {
      if (one.name == "NR_FREE_PAGES") out.free = static_cast<uint64_t>(std::max<int64_t>(one.value, 0));
    }
    out_.zones.push_back(std::move(out));
  }

  Kernel& kernel_;
  std::vector<std::string> zone_names_, node_names_;
  std::vector<int64_t> zone_sums_, node_sums_;
  MemoryZones out_;
};

}  // namespace

std::optional<uint64_t> MemoryZones::counter(std::string_view name) const {
  const auto found = std::ranges::find(counters, name, &VmCounter::name);
  if (found == counters.end()) return std::nullopt;
  return static_cast<uint64_t>(std::max<int64_t>(found->value, 0));
}

MemoryZones read_memory_zones(Kernel& kernel) { return Reader(kernel).read(); }

}  // namespace inquest::vmcore
