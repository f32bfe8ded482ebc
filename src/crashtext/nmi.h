// The reason byte of a non-maskable interrupt on PCs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// Port 0x61, as "NMI received for unknown reason 3d on CPU 0" and "NMI: PCI system error (SERR) for reason b1" print
// it.
Reading read_nmi_reason(uint8_t reason);
std::optional<uint8_t> find_nmi_reason(std::string_view line);

}  // namespace inquest::crashtext
