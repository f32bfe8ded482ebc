// The clocks of the dead kernel, as it last set them.
#pragma once

#include <cstdint>
#include <optional>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// Absent: not known. The clocks stand where the timekeeper last moved them: a tick or more before the death, and long
// before it where the CPU that keeps the time was stuck.
struct KernelClock {
  std::optional<int64_t> monotonic_ns;  // since boot, without the time that it was suspended
  std::optional<int64_t> real_seconds;  // since 1970
  int64_t real_offset_ns = 0;           // CLOCK_REALTIME less that
  int64_t boot_offset_ns = 0;           // CLOCK_BOOTTIME less that
  int64_t tai_offset_ns = 0;            // CLOCK_TAI less that
  std::optional<uint64_t> jiffies;
  std::optional<uint32_t> hz;  // jiffies a second
};

KernelClock read_kernel_clock(Kernel& kernel);

}  // namespace inquest::vmcore
