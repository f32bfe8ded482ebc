#include "vmcore/kernel_clock.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "vmcore/per_cpu_counter.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

// The timekeeper is behind a sequence counter, which in real-time kernels holds a lock besides. The struct of both has
// a name since v6.13, and is the first of an array since v6.17.
Object timekeeper_of(Kernel& kernel) {
  auto core = kernel.symbol("tk_core");
  if (!core) core = kernel.symbol("timekeeper_data");
  const Types& types = kernel.types();
  if (!core || types.empty()) return {};
  const uint64_t counter = std::clamp<uint64_t>(types.size("seqcount_raw_spinlock_t").value_or(4), 4, 64);
  return kernel.object("timekeeper", *core + (counter + 7) / 8 * 8);
}

// The length of a tick is kept with the corrections of NTP: the nearest of the values that CONFIG_HZ takes.
std::optional<uint32_t> hz_of(uint64_t tick_ns) {
  static constexpr std::array<uint32_t, 9> kChoices = {24, 48, 100, 128, 250, 256, 300, 1000, 1024};
  if (tick_ns == 0) return std::nullopt;
  const auto hz = static_cast<int64_t>((kSecond + tick_ns / 2) / tick_ns);
  for (const uint32_t choice : kChoices) {
    if (std::llabs(hz - int64_t{choice}) <= choice / 100) return choice;
  }
  return std::nullopt;
}

}  // namespace

KernelClock read_kernel_clock(Kernel& kernel) {
  KernelClock out;
  out.jiffies = global_u64(kernel, "jiffies_64");
  if (!out.jiffies) out.jiffies = global_u64(kernel, "jiffies");
  const Object timekeeper = timekeeper_of(kernel);
  if (timekeeper.empty()) return out;
  // What is left of a second is shifted to the left.
  const auto base = timekeeper.number("tkr_mono.base");
  const uint64_t shift = timekeeper.number_or("tkr_mono.shift", 0);
  const uint64_t rest = timekeeper.number_or("tkr_mono.xtime_nsec", 0);
  if (base) out.monotonic_ns = static_cast<int64_t>(*base + (shift < 64 ? rest >> shift : 0));
  if (const auto seconds = timekeeper.signed_number("xtime_sec")) out.real_seconds = *seconds;
  out.real_offset_ns = timekeeper.signed_number("offs_real").value_or(0);
  out.boot_offset_ns = timekeeper.signed_number("offs_boot").value_or(0);
  out.tai_offset_ns = timekeeper.signed_number("offs_tai").value_or(0);
  if (const auto tick = timekeeper.number("ntp_tick")) out.hz = hz_of(*tick >> 32);  // NTP_SCALE_SHIFT
  return out;
}

}  // namespace inquest::vmcore
