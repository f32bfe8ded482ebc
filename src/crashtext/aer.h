// PCIe Advanced Error Reporting: status bits, and the header of the packet that was at fault.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// PCIe base specification, 7.8.4. `severity` is the register that says which uncorrectable errors are fatal; without it
// the specification's default.
Reading read_aer_uncorrectable(uint32_t status, std::optional<uint32_t> severity = std::nullopt);
Reading read_aer_correctable(uint32_t status);

// What a line about AER holds: "device [8086:1572] error status/mask=00100000/00000000", "aer_uncor_status: 0x00100000,
// aer_uncor_mask: ..", "aer_cor_status: 0x00000001", "AER: Uncorrectable (Fatal) error", "TLP Header: 40000001 0000000f
// 90028090 00000000". Nothing for others.
std::optional<Reading> read_aer_line(std::string_view line);

// The first words of a transaction's header: what was asked, of which address, by whom.
Reading read_tlp_header(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth);

}  // namespace inquest::crashtext
