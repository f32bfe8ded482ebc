// Source: include/linux/irqdesc.h, include/linux/irq.h, kernel/irq/irqdesc.c.
#include "vmcore/interrupts.h"

#include <algorithm>

#include <fmt/format.h>

#include "vmcore/cpu_mask.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMaxInterrupts = 100'000;
constexpr size_t kMaxActions = 256;        // that share one
constexpr size_t kMaxCounts = 32'000'000;  // interrupts by CPUs: where both are wrong, memory must not run out
constexpr uint64_t kMaxSoft = 32;
constexpr uint64_t kInProgress = uint64_t{1} << 18;  // IRQD_IRQ_INPROGRESS

class Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel) { out_.cpus = kernel.present_cpus(); }

  Interrupts read() {
    if (!kernel_.types().size("irq_desc")) {
      out_.problems.emplace_back("the type struct irq_desc is not known");
      return std::move(out_);
    }
    for (const IndexedEntry& one : descriptors()) {
      if ((out_.interrupts.size() + 1) * out_.cpus.size() > kMaxCounts) {
        out_.problems.push_back(fmt::format("interrupt {} and those behind it are left out", one.index));
        break;
      }
      read_interrupt(static_cast<uint32_t>(one.index), one.value);
    }
    read_per_cpu();
    read_soft();
    return std::move(out_);
  }

 private:
  // A maple tree since v6.5, a radix tree before; a plain array without CONFIG_SPARSE_IRQ.
  std::vector<IndexedEntry> descriptors() {
    IndexedWalk walk;
    if (const auto tree = kernel_.symbol("sparse_irqs")) {
      walk = walk_maple_tree(kernel_.space(), kernel_.types(), *tree, kMaxInterrupts);
    } else if (const auto radix = kernel_.symbol("irq_desc_tree")) {
      walk = walk_xarray(kernel_.space(), kernel_.types(), *radix, kMaxInterrupts);
    } else if (const auto array = kernel_.symbol("irq_desc")) {
      const uint64_t size = *kernel_.types().size("irq_desc");
      const uint32_t count = std::min<uint32_t>(global_count(), kMaxInterrupts);
      for (uint32_t i = 0; i < count; ++i) walk.found.push_back({i, *array + i * size});
    } else {
      walk.problem = "this kernel's descriptors of interrupts are not found";
    }
    if (!walk.complete()) out_.problems.push_back("interrupts: " + walk.problem);
    std::ranges::sort(walk.found, {}, &IndexedEntry::index);
    return std::move(walk.found);
  }

  uint32_t global_count() {
    const auto at = kernel_.symbol("nr_irqs");
    return at ? kernel_.space().u32(*at).value_or(0) : 0;
  }

  void read_interrupt(uint32_t number, VirtAddr address) {
    const Object desc = kernel_.object("irq_desc", address);
    Interrupt out;
    out.number = number;
    out.address = address;
    const auto depth = desc.number("depth");
    if (!depth) {
      out_.problems.push_back(fmt::format("interrupt {}: {}", number, depth.error().text()));
      return;
    }
    out.disabled = *depth;
    out.hardware_number = desc.number_or("irq_data.hwirq", 0);
    if (const auto chip = desc.follow("irq_data.chip")) out.chip = chip->string("name", 64).value_or("");
    out.flow = desc.string("name", 64).value_or("");
    const std::string_view common = "irq_common_data";
    out.in_progress = (desc.number_or("irq_common_data.state_use_accessors", 0) & kInProgress) != 0;
    for (const auto& [member, cpus] : {std::pair{"affinity", &out.affinity}, {"effective_affinity", &out.effective}}) {
      if (const auto mask = desc.at(fmt::format("{}.{}", common, member))) *cpus = cpus_in(kernel_, *mask);
    }
    // An int of each CPU; since v6.10 the first member of a struct.
    const auto counters = desc.pointer("kstat_irqs");
    for (const uint32_t cpu : out_.cpus) {
      const auto place = counters ? kernel_.per_cpu(*counters, cpu) : std::nullopt;
      out.counts.push_back(place ? kernel_.space().u32(*place).value_or(0) : 0);
    }
    read_actions(desc, out);
    out_.interrupts.push_back(std::move(out));
  }

  void read_actions(const Object& desc, Interrupt& out) {
    const auto first = desc.pointer("action");
    const auto next = kernel_.types().offset("irqaction", "next");
    if (!first || !next) return;
    const Walk walk = walk_chain(kernel_.space(), *first, *next, kMaxActions);
    if (!walk.complete()) out_.problems.push_back(fmt::format("interrupt {}: {}", out.number, walk.problem));
    for (const VirtAddr address : walk.found) {
      const Object action = kernel_.object("irqaction", address);
      InterruptAction one;
      one.name = action.string("name", 256).value_or("");
      one.handler = action.pointer("handler").value_or(VirtAddr{});
      // What only says "wake the thread" tells nothing.
      const VirtAddr threaded = action.pointer("thread_fn").value_or(VirtAddr{});
      one.location = kernel_.locate(one.handler);
      if (!threaded.null() && one.location.function == "irq_default_primary_handler") {
        one.location = kernel_.locate(threaded);
      }
      if (const auto thread = action.follow("thread")) one.thread = thread->string("comm", 64).value_or("");
      out.actions.push_back(std::move(one));
    }
  }

  // x86 counts them in a struct of its own, of which every architecture has another.
  void read_per_cpu() {
    const auto variable = kernel_.symbol("irq_stat");
    const Type type = kernel_.types().find("irq_cpustat_t");
    if (!variable || !type) return;
    const Type structure = strip_typedefs(type);
    for (const Member& member : structure.source->members(structure.id)) {
      const TypeInfo info = info_of(strip_typedefs(member.type));
      if (member.name.empty() || info.kind != TypeKind::Integer || info.size != 4) continue;
      CpuInterrupt one{member.name, {}};
      for (const uint32_t cpu : out_.cpus) {
        const auto place = kernel_.per_cpu(*variable, cpu);
        one.counts.push_back(place ? kernel_.space().u32(*place + member.bit_offset / 8).value_or(0) : 0);
      }
      out_.per_cpu.push_back(std::move(one));
    }
  }

  void read_soft() {
    const auto variable = kernel_.symbol("kstat");
    const auto field = kernel_.types().field("kernel_stat", "softirqs");
    const auto names = kernel_.symbol("softirq_to_name");
    if (!variable || !field || !names) return;
    const uint64_t count = std::min<uint64_t>(info_of(strip_typedefs(field->type)).count, kMaxSoft);
    for (uint64_t i = 0; i < count; ++i) {
      const auto name = kernel_.space().pointer(*names + i * 8);
      CpuInterrupt one;
      one.name = name ? kernel_.space().cstring(*name, 32).value_or("?") : "?";
      for (const uint32_t cpu : out_.cpus) {
        const auto place = kernel_.per_cpu(*variable, cpu);
        one.counts.push_back(place ? kernel_.space().u32(*place + field->offset + i * 4).value_or(0) : 0);
      }
      out_.soft.push_back(std::move(one));
    }
  }

  Kernel& kernel_;
  Interrupts out_;
};

}  // namespace

Interrupts read_interrupts(Kernel& kernel) { return Reader(kernel).read(); }

}  // namespace inquest::vmcore
