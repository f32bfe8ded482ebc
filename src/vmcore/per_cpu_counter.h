// Sums that the kernel keeps in pieces, one for each CPU.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// A struct percpu_counter with what the CPUs have not yet added; nothing where it cannot be read.
std::optional<int64_t> per_cpu_counter(Kernel& kernel, const Object& counter);

// A global number by its symbol: 4 or 8 bytes. Nothing where the kernel has none of that name.
std::optional<uint64_t> global_u64(Kernel& kernel, std::string_view symbol);
std::optional<uint32_t> global_u32(Kernel& kernel, std::string_view symbol);

}  // namespace inquest::vmcore
