#include "vmcore/system.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "vmcore/kernel_clock.h"
#include "vmcore/printk.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kUtsField = 65;  // __NEW_UTS_LEN + 1

void read_uts(Kernel& kernel, SystemInfo& out) {
  const VmcoreInfo& info = kernel.dump().vmcoreinfo();
  const auto uts = kernel.symbol("init_uts_ns");
  auto name = info.offset("uts_namespace.name");
  if (!name) name = kernel.types().offset("uts_namespace", "name");
  if (!uts || !name) {
    out.release = info.osrelease();
    return;
  }
  // struct new_utsname { sysname, nodename, release, version, machine, domainname }, 65 bytes each.
  const auto field = [&](uint64_t i) {
    return kernel.space().cstring(*uts + *name + i * kUtsField, kUtsField).value_or("");
  };
  out.hostname = field(1);
  out.release = field(2);
  out.version = field(3);
  out.machine = field(4);
}

void read_time(Kernel& kernel, SystemInfo& out) {
  if (const auto crash = kernel.dump().vmcoreinfo().value("CRASHTIME")) out.time = parse_int<int64_t>(*crash);
  const KernelClock clock = read_kernel_clock(kernel);
  if (!out.time) out.time = clock.real_seconds;
  if (clock.monotonic_ns) {
    out.uptime_ns = static_cast<uint64_t>(*clock.monotonic_ns) + static_cast<uint64_t>(clock.boot_offset_ns);
  }
}

// The panic's own words, or the worst line that came before a dump without a panic (a reset by sysrq, an NMI).
std::string panic_of(const KernelLog& log) {
  constexpr std::string_view kPanic = "Kernel panic - not syncing";
  static constexpr std::array<std::string_view, 9> kOthers = {
      "BUG: ",         "kernel BUG at ",  "general protection fault", "Unable to handle kernel", "double fault:",
      "divide error:", "invalid opcode:", "sysrq: Trigger a crash",   "watchdog: BUG: "};
  const LogRecord* last = nullptr;
  for (const LogRecord& record : log.records) {
    if (record.text.starts_with(kPanic)) return record.text;
    const auto begins = [&](std::string_view words) { return record.text.starts_with(words); };
    if (std::ranges::any_of(kOthers, begins)) last = &record;
  }
  return last != nullptr ? last->text : std::string();
}

}  // namespace

SystemInfo read_system(Kernel& kernel) {
  SystemInfo out;
  AddressSpace& space = kernel.space();
  read_uts(kernel, out);
  read_time(kernel, out);
  out.cpus_present = static_cast<uint32_t>(kernel.present_cpus().size());
  out.cpus_possible = static_cast<uint32_t>(kernel.possible_cpus().size());
  out.crashing_cpu = crashing_cpu(kernel);
  // `totalram_pages` became an atomic with another name in v5.0.
  for (const std::string_view name : {"_totalram_pages", "totalram_pages"}) {
    const auto pages = kernel.symbol(name);
    if (!pages) continue;
    out.memory_bytes = space.u64(*pages).value_or(0) * kernel.dump().memory().page_size();
    break;
  }
  if (const auto load = kernel.symbol("avenrun")) {
    for (size_t i = 0; i < out.load.size(); ++i) {
      out.load[i] = static_cast<double>(space.u64(*load + i * 8).value_or(0)) / 2048;  // FIXED_1
    }
  }
  if (const auto line = kernel.symbol("saved_command_line")) {
    if (const auto text = space.pointer(*line)) out.command_line = space.cstring(*text, 16384).value_or("");
  }
  if (const auto mask = kernel.symbol("tainted_mask")) {
    if (const auto taint = space.u64(*mask)) out.taint = *taint;
  }
  if (const auto log = read_log(space, kernel.dump().vmcoreinfo())) out.panic = panic_of(*log);
  return out;
}

std::string taint_letters(uint64_t taint) {
  constexpr std::string_view kLetters = "PFSRMBUDAWCIOELKXTNJ";  // taint_flags[] of kernel/panic.c
  std::string out;
  for (size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((taint >> bit & 1) != 0) out += kLetters[bit];
  }
  return out;
}

}  // namespace inquest::vmcore
