// Sets of CPUs, as the kernel keeps them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

// The CPUs of a struct cpumask, of a cpumask_var_t (an array of one, or a pointer with CONFIG_CPUMASK_OFFSTACK), or of
// a pointer to one. Empty too where it cannot be read. No CPU behind the last that there can be: a mask that was
// allocated has no more bits, whatever its type says.
std::vector<uint32_t> cpus_in(Kernel& kernel, const Object& mask);

// "0-3,8"; "" for none. `cpus` is sorted.
std::string cpu_list(std::span<const uint32_t> cpus);

}  // namespace inquest::vmcore
