// Why an AMD machine was reset: what firmware and chipset kept of it over the reset.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// FCH::PM::S5_RESET_STATUS, as kernels since v6.16 print it on Zen: "x86/amd: Previous system reset reason
// [0x08000800]: ..".
Reading read_reset_reason(uint32_t value);

// The number in such a line; nothing where there is none (the kernel's first version of the message had none).
std::optional<uint32_t> find_reset_reason(std::string_view line);

}  // namespace inquest::crashtext
