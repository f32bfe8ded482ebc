// mem: what the memory was used for.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/memory_usage.h"
#include "vmcore/memory_zones.h"
#include "vmcore/slab_caches.h"

namespace inquest::app {
namespace {

using vmcore::MemoryUsage;
using vmcore::MemoryZone;
using vmcore::SlabCache;

constexpr size_t kTopCaches = 10;

struct Parts {
  bool totals = false, zones = false, counters = false, caches = false;
  bool all_caches = false;
  std::vector<std::string_view> names;  // of slab caches
};

Result<Parts> parse(std::span<const std::string> words) {
  Parts out;
  for (const std::string& word : words) {
    if (word == "-i") {
      out.totals = true;
    } else if (word == "-z") {
      out.zones = true;
    } else if (word == "-V") {
      out.counters = true;
    } else if (word == "-s") {
      out.caches = out.all_caches = true;
    } else if (out.all_caches && !word.starts_with("-")) {
      out.names.push_back(word);
    } else {
      return fail(ErrorCode::Failed, fmt::format("mem takes -i, -z, -V, -s and names behind it, not {}", word));
    }
  }
  if (words.empty()) out.totals = out.zones = out.caches = true;
  return out;
}

std::string mebibytes(uint64_t pages, uint64_t page_bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(pages) * static_cast<double>(page_bytes) / 1048576);
}

struct Row {
  std::string_view name;  // in JSON
  std::string_view words;
  MemoryUsage::Pages pages;
};

std::vector<Row> rows_of(const MemoryUsage& usage) {
  const auto used = usage.total && usage.free ? MemoryUsage::Pages(*usage.total - std::min(*usage.total, *usage.free))
                                              : MemoryUsage::Pages();
  return {{"total", "total", usage.total},
          {"free", "free", usage.free},
          {"per_cpu_free", "free, kept by CPUs", usage.per_cpu_free},
          {"used", "used", used},
          {"buffers", "buffers", usage.buffers},
          {"cached", "cached", usage.cached},
          {"swap_cached", "swap cached", usage.swap_cached},
          {"shared", "shared", usage.shared},
          {"anonymous", "anonymous", usage.anonymous},
          {"mapped", "mapped files", usage.mapped},
          {"dirty", "dirty", usage.dirty},
          {"writeback", "writeback", usage.writeback},
          {"unevictable", "unevictable", usage.unevictable},
          {"slab", "slab", usage.slab()},
          {"slab_reclaimable", "reclaimable", usage.slab_reclaimable},
          {"slab_unreclaimable", "unreclaimable", usage.slab_unreclaimable},
          {"kernel_stacks", "kernel stacks", usage.kernel_stacks},
          {"page_tables", "page tables", usage.page_tables},
          {"vmalloc", "vmalloc", usage.vmalloc},
          {"per_cpu_data", "per-CPU data", usage.per_cpu_data},
          {"zsmalloc", "compressed", usage.zsmalloc},
          {"cma_total", "CMA", usage.cma_total},
          {"cma_free", "CMA free", usage.cma_free},
          {"huge_pages", "huge pages", usage.huge_pages()},
          {"swap_total", "swap", usage.swap_total},
          {"swap_free", "swap free", usage.swap_free},
          {"commit_limit", "commit limit", usage.commit_limit},
          {"committed", "committed", usage.committed}};
}

std::string share(const MemoryUsage& usage, uint64_t pages) {
  if (!usage.total || *usage.total == 0) return {};
  return fmt::format("{:.1f}%", 100 * static_cast<double>(pages) / static_cast<double>(*usage.total));
}

std::string totals_text(const MemoryUsage& usage) {
  std::string out = fmt::format("{:>20}  {:>12}  {:>14}  {:>7}\n", "", "PAGES", "SIZE", "OF ALL");
  for (const Row& row : rows_of(usage)) {
    if (!row.pages) {
      out += fmt::format("{:>20}  {:>12}\n", row.words, "not known");
      continue;
    }
    out += fmt::format("{:>20}  {:>12}  {:>14}  {:>7}\n", row.words, *row.pages,
                       mebibytes(*row.pages, usage.page_bytes), share(usage, *row.pages));
  }
  for (const vmcore::HugePagePool& pool : usage.huge) {
    out += fmt::format("{:>20}  {:>12}  {} free, {} reserved, {} surplus\n",
                       fmt::format("pool of {} KiB", pool.page_bytes / 1024), pool.total, pool.free, pool.reserved,
                       pool.surplus);
  }
  for (const vmcore::SwapArea& area : usage.swap) {
    out += fmt::format("{:>20}  {:>12}  {} used, priority {}\n", "swap on " + printable(area.name), area.pages,
                       area.used, area.priority);
  }
  return out;
}

std::string zones_text(const std::vector<MemoryZone>& zones) {
  size_t orders = 0;
  for (const MemoryZone& zone : zones) orders = std::max(orders, zone.free_blocks.size());
  std::string out = fmt::format("{:<4}  {:<8}  {:>10}  {:>10}  {:>8}  {:>8}  {:>8}  {:>8}  BLOCKS FREE, BY ORDER\n",
                                "NODE", "ZONE", "MANAGED", "FREE", "CPUS", "MIN", "LOW", "HIGH");
  for (const MemoryZone& zone : zones) {
    out += fmt::format("{:<4}  {:<8}  {:>10}  {:>10}  {:>8}  {:>8}  {:>8}  {:>8} ", zone.node, printable(zone.name),
                       zone.managed, zone.free, zone.per_cpu, zone.min, zone.low, zone.high);
    for (const uint64_t blocks : zone.free_blocks) out += fmt::format(" {}", blocks);
    out += '\n';
  }
  return out;
}

std::string counters_text(const std::vector<vmcore::VmCounter>& counters) {
  std::string out;
  for (const vmcore::VmCounter& one : counters) out += fmt::format("{:>32}  {}\n", one.name, one.value);
  return out;
}

std::string caches_text(std::span<const SlabCache> caches, uint64_t page_bytes) {
  std::string out = fmt::format("{:<16}  {:>8}  {:>10}  {:>10}  {:>8}  {:>6}  {:>12}  {}\n", "CACHE", "OBJSIZE",
                                "ALLOCATED", "TOTAL", "SLABS", "SSIZE", "SIZE", "NAME");
  for (const SlabCache& one : caches) {
    out +=
        fmt::format("{:016x}  {:>8}  {:>10}  {:>10}  {:>8}  {:>5}k  {:>12}  {}\n", one.address.value, one.object_size,
                    fmt::format("{}{}", one.estimated ? "~" : "", one.active), one.objects, one.slabs,
                    one.slab_pages * page_bytes / 1024, mebibytes(one.pages(), page_bytes), printable(one.name));
  }
  return out;
}

std::string counters_json(const std::vector<vmcore::VmCounter>& counters) {
  JsonObject out;
  for (const vmcore::VmCounter& one : counters) out.add(printable(one.name), one.value);
  return out.text();
}

std::string zone_json(const MemoryZone& zone) {
  return JsonObject()
      .add("node", zone.node)
      .add("name", zone.name)
      .add("address", zone.address)
      .add("spanned", zone.spanned)
      .add("present", zone.present)
      .add("managed", zone.managed)
      .add("free", zone.free)
      .add("per_cpu", zone.per_cpu)
      .add("min", zone.min)
      .add("low", zone.low)
      .add("high", zone.high)
      .raw("free_blocks", fmt::format("[{}]", fmt::join(zone.free_blocks, ",")))
      .raw("counters", counters_json(zone.counters))
      .text();
}

std::string cache_json(const SlabCache& cache, uint64_t page_bytes) {
  return JsonObject()
      .add("name", cache.name)
      .add("address", cache.address)
      .add("object_size", cache.object_size)
      .add("size", cache.size)
      .add("objects", cache.objects)
      .add("active", cache.active)
      .add("estimated", cache.estimated)
      .add("slabs", cache.slabs)
      .add("slab_size", cache.slab_pages * page_bytes)
      .add("bytes", cache.pages() * page_bytes)
      .text();
}

std::string json_of(const MemoryUsage& usage, const vmcore::MemoryZones& zones, std::span<const SlabCache> caches) {
  JsonObject out;
  out.add("page_size", usage.page_bytes);
  JsonObject pages;
  for (const Row& row : rows_of(usage)) pages.add(row.name, row.pages);
  out.raw("pages", pages.text());
  out.raw("huge", json_array(usage.huge, [](const vmcore::HugePagePool& pool) {
            return JsonObject()
                .add("size", pool.page_bytes)
                .add("total", pool.total)
                .add("free", pool.free)
                .add("reserved", pool.reserved)
                .add("surplus", pool.surplus)
                .text();
          }));
  out.raw("swap", json_array(usage.swap, [](const vmcore::SwapArea& area) {
            return JsonObject()
                .add("name", area.name)
                .add("pages", area.pages)
                .add("used", area.used)
                .add("priority", area.priority)
                .text();
          }));
  out.raw("zones", json_array(zones.zones, zone_json));
  out.raw("counters", counters_json(zones.counters));
  out.raw("caches", json_array(caches, [&](const SlabCache& cache) { return cache_json(cache, usage.page_bytes); }));
  return out.text() + "\n";
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto parts = parse(words);
  if (!parts) return fail(parts.error());
  vmcore::Kernel& kernel = session.kernel;
  CoreAnswer out;
  const auto take = [&out](std::vector<std::string>& problems) {
    out.problems.insert(out.problems.end(), problems.begin(), problems.end());
  };
  vmcore::MemoryZones zones;
  MemoryUsage usage;
  usage.page_bytes = kernel.dump().memory().page_size();
  if (session.json || parts->totals || parts->zones || parts->counters) {
    zones = vmcore::read_memory_zones(kernel);
    take(zones.problems);
  }
  if (session.json || parts->totals) {
    usage = vmcore::read_memory_usage(kernel, zones);
    take(usage.problems);
  }
  vmcore::SlabCaches caches;
  if (session.json || parts->caches) {
    caches = vmcore::read_slab_caches(kernel);
    take(caches.problems);
  }
  if (!parts->names.empty()) {
    std::erase_if(caches.caches, [&](const SlabCache& cache) {
      return std::ranges::find(parts->names, cache.name) == parts->names.end();
    });
  }
  std::span<const SlabCache> shown = caches.caches;
  if (session.json) {
    out.text = json_of(usage, zones, shown);
  } else {
    if (!parts->all_caches) shown = shown.first(std::min(shown.size(), kTopCaches));
    const auto add = [&out](const std::string& text) { out.text += (out.text.empty() ? "" : "\n") + text; };
    if (parts->totals) add(totals_text(usage));
    if (parts->zones) add(zones_text(zones.zones));
    if (parts->counters) add(counters_text(zones.counters));
    if (parts->caches) add(caches_text(shown, usage.page_bytes));
  }
  add_kernel_problems(kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand mem_core_command;
const CoreCommand mem_core_command = {
    .name = "mem",
    .other_names = "kmem",
    .synopsis = "mem [-i] [-z] [-V] [-s [CACHE]...]",
    .summary = "what memory was used for: totals (-i), zones (-z), counters (-V), slab caches (-s)",
    .run = run};

}  // namespace inquest::app
