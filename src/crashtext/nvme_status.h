// Status of NVMe commands and controllers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// The status field without its phase bit, as nvme-cli and older kernels print it ("status 0x2002", "res 0x371"): bits 7
// to 0 code, 10 to 8 type, 14 do-not-retry. Source: NVM Express base specification, 4.2.3 (figures of status codes).
Reading read_nvme_status(uint32_t status);
Reading read_nvme_status(uint32_t type, uint32_t code);
// The controller's own status register: "controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff".
Reading read_nvme_csts(uint32_t csts);

// What a line of the kernel says: "I/O Error (sct 0x0 / sc 0x4) DNR", "CSTS=0x3", "status: 0x2002". Nothing for others.
std::optional<Reading> read_nvme_line(std::string_view line);

}  // namespace inquest::crashtext
