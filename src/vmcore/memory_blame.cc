#include "vmcore/memory_blame.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "vmcore/printk.h"

namespace inquest::vmcore {
namespace {

// Pages in bytes, as people say them.
std::string size_words(uint64_t pages, uint64_t page_bytes) {
  const double mib = static_cast<double>(pages) * static_cast<double>(page_bytes) / 1048576;
  return mib < 10'000 ? fmt::format("{:.1f} MiB", mib) : fmt::format("{:.1f} GiB", mib / 1024);
}

class Writer {
 public:
  explicit Writer(Kernel& kernel, MemoryBlame& out) : kernel_(kernel), out_(out) {}

  void write(const MemoryZones& zones) {
    add_shares();
    look_for_shortage(zones);
    look_for_kills();
    say_shortage();
    say_largest();
    say_rest();
  }

 private:
  std::string words(uint64_t pages) const {
    const std::string size = size_words(pages, out_.usage.page_bytes);
    const uint64_t total = out_.usage.total.value_or(0);
    if (total == 0) return size;
    return fmt::format("{} ({:.0f}%)", size, 100 * static_cast<double>(pages) / static_cast<double>(total));
  }

  void add(std::string name, std::string text, uint64_t pages) {
    if (pages != 0) out_.shares.push_back({std::move(name), std::move(text), pages});
  }

  void add_shares() {
    const MemoryUsage& usage = out_.usage;
    const auto pages = [](const MemoryUsage::Pages& value) { return value.value_or(0); };
    const uint64_t cached = pages(usage.cached) - std::min(pages(usage.cached), pages(usage.shared));
    add("free", "free", pages(usage.free) + pages(usage.per_cpu_free));
    add("anonymous", "memory of processes", pages(usage.anonymous));
    add("shared", "shared memory and tmpfs", pages(usage.shared));
    add("page-cache", "page cache of files", cached);
    add("buffers", "buffers of block devices", pages(usage.buffers));
    add("slab", "kernel objects (slab)", pages(usage.slab()));
    add("page-tables", "page tables", pages(usage.page_tables));
    add("vmalloc", "vmalloc", pages(usage.vmalloc));
    // Stacks come out of vmalloc where they are mapped so (CONFIG_VMAP_STACK).
    if (!kernel_.types().field("task_struct", "stack_vm_area")) {
      add("kernel-stacks", "kernel stacks", pages(usage.kernel_stacks));
    }
    add("per-cpu-data", "per-CPU data", pages(usage.per_cpu_data));
    add("huge-pages", "huge pages set aside", usage.huge_pages());
    add("zsmalloc", "compressed memory (zram, zswap)", pages(usage.zsmalloc));
    uint64_t known = 0;
    for (const MemoryShare& share : out_.shares) known += share.pages;
    const uint64_t total = pages(usage.total);
    // Nothing counts what drivers take page by page; where no counter could be read, nothing is known of it either.
    if (usage.free && total > known) add("unaccounted", "not accounted for", total - known);
    std::ranges::stable_sort(out_.shares, std::greater(), &MemoryShare::pages);
  }

  void look_for_shortage(const MemoryZones& zones) {
    bool low = true, critical = true, any = false;
    for (const MemoryZone& zone : zones.zones) {
      // The lowest 16 MB are kept for devices that reach no further, and stay free when all else is used up.
      if (zone.name == "DMA" && zones.zones.size() > 1) continue;
      if (zone.managed == 0) continue;
      any = true;
      low = low && zone.free <= zone.low;
      critical = critical && zone.free <= zone.min;
      out_.free += zone.free;
      out_.low += zone.low;
      out_.min += zone.min;
    }
    if (any && low) out_.shortage = critical ? Shortage::Critical : Shortage::Low;
  }

  void look_for_kills() {
    const auto log = read_log(kernel_.space(), kernel_.dump().vmcoreinfo());
    if (!log) {
      out_.problems.push_back("the log: " + log.error().text());
      return;
    }
    for (const LogRecord& record : log->records) {
      if (record.text.find("ut of memory: Kill") != std::string::npos) {
        out_.kills.push_back({record.time_ns, record.text});
      }
    }
  }

  void say_shortage() {
    const uint64_t page = out_.usage.page_bytes;
    if (!out_.usage.total || !out_.usage.free) {
      out_.verdict.emplace_back("How much memory was free cannot be told: its counters cannot be read.");
      return;
    }
    if (out_.shortage == Shortage::None) {
      out_.verdict.push_back(
          fmt::format("Memory was not short when the machine died: {} was free.", words(*out_.usage.free)));
      return;
    }
    std::string text = fmt::format("Memory had run {}: {} free, {} watermark of {}",
                                   out_.shortage == Shortage::Critical ? "out" : "low", size_words(out_.free, page),
                                   out_.shortage == Shortage::Critical ? "below the minimum" : "below the low",
                                   size_words(out_.shortage == Shortage::Critical ? out_.min : out_.low, page));
    const uint64_t swap = out_.usage.swap_total.value_or(0);
    if (swap == 0) {
      text += ", and there was no swap";
    } else if (out_.usage.swap_free.value_or(swap) < swap / 20) {
      text += fmt::format(", and all {} of swap were used", size_words(swap, page));
    }
    out_.verdict.push_back(text + ".");
  }

  void say_largest() {
    const auto largest =
        std::ranges::find_if(out_.shares, [](const MemoryShare& share) { return share.name != "free"; });
    if (largest == out_.shares.end()) return;
    out_.verdict.push_back(fmt::format("The largest part in use was {}: {}.", largest->words, words(largest->pages)));
    if (largest->name == "anonymous" || largest->name == "page-tables") {
      say_processes();
    } else if (largest->name == "slab") {
      say_caches();
    } else if (largest->name == "shared") {
      out_.verdict.emplace_back("Files in tmpfs and shared memory stay until somebody removes them.");
    } else if (largest->name == "page-cache") {
      out_.verdict.emplace_back("The kernel gives page cache back as soon as somebody needs memory.");
    } else if (largest->name == "unaccounted") {
      out_.verdict.emplace_back(
          "No counter knows who has it: drivers, network buffers, a balloon, or a file system with a cache of its own "
          "(ZFS) take pages directly.");
    } else if (largest->name == "huge-pages") {
      out_.verdict.emplace_back("Huge pages that were set aside serve nobody else, whether they are used or not.");
    }
  }

  // The process that has most, or the program, where many of its processes have more together.
  void say_processes() {
    const auto& processes = out_.processes.processes;
    if (processes.empty()) return;
    const ProcessMemory& first = processes.front();
    struct Program {
      uint64_t pages = 0, count = 0;
    };
    std::map<std::string, Program> programs;
    for (const ProcessMemory& one : processes) {
      Program& program = programs[one.comm];
      program.pages += one.anonymous;
      ++program.count;
    }
    const auto most = std::ranges::max_element(programs, {}, [](const auto& one) { return one.second.pages; });
    if (most->second.count > 1 && most->second.pages > 2 * first.anonymous) {
      out_.verdict.push_back(fmt::format("{} processes named {} had {} of it.", most->second.count, most->first,
                                         words(most->second.pages)));
      return;
    }
    out_.verdict.push_back(fmt::format("The process with most was {} (PID {}): {} resident.", first.comm, first.pid,
                                       words(first.resident())));
  }

  void say_caches() {
    if (out_.caches.caches.empty()) return;
    const SlabCache& first = out_.caches.caches.front();
    out_.verdict.push_back(fmt::format("The largest cache was {}: {} of {} objects in use, {}.", first.name,
                                       first.active, first.objects, words(first.pages())));
  }

  void say_rest() {
    const MemoryUsage& usage = out_.usage;
    const uint64_t cached = usage.cached.value_or(0) - std::min(usage.cached.value_or(0), usage.shared.value_or(0));
    const uint64_t reclaimable = cached + usage.buffers.value_or(0) + usage.slab_reclaimable.value_or(0);
    if (out_.shortage != Shortage::None && usage.total && reclaimable > *usage.total / 10) {
      out_.verdict.push_back(
          fmt::format("{} of page cache and slab could still have been given back.", words(reclaimable)));
    }
    if (!out_.kills.empty()) {
      out_.verdict.push_back(fmt::format("The log has {} of the OOM killer; the last, {:.3f} s after boot: {}",
                                         out_.kills.size() == 1 ? "1 kill" : fmt::format("{} kills", out_.kills.size()),
                                         static_cast<double>(out_.kills.back().time_ns) / 1e9, out_.kills.back().text));
    }
  }

  Kernel& kernel_;
  MemoryBlame& out_;
};

}  // namespace

MemoryBlame read_memory_blame(Kernel& kernel) {
  MemoryBlame out;
  const MemoryZones zones = read_memory_zones(kernel);
  out.usage = read_memory_usage(kernel, zones);
  out.processes = read_process_memory(kernel);
  out.caches = read_slab_caches(kernel);
  const auto take = [&out](const std::vector<std::string>& problems) {
    out.problems.insert(out.problems.end(), problems.begin(), problems.end());
  };
  take(zones.problems);
  take(out.usage.problems);
  take(out.processes.problems);
  take(out.caches.problems);
  Writer(kernel, out).write(zones);
  return out;
}

}  // namespace inquest::vmcore
