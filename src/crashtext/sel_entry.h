// Entries of a BMC's system event log (IPMI SEL).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "crashtext/reading.h"

namespace inquest::crashtext {

struct SelEntry {
  std::optional<uint32_t> id;
  std::optional<Ns> time;  // the BMC's clock, which may be off and has no zone; nothing for "Pre-Init"
  std::string sensor;      // "Memory #0x53", "Power Supply PS1 Status"
  std::string event;       // "Uncorrectable ECC"
  std::optional<bool> asserted;
  std::optional<uint8_t> sensor_type;  // of a raw record
};

// A line of `ipmitool sel list` or `elist`: "   1 | 02/09/2026 | 15:54:50 | Memory #0x53 | Uncorrectable ECC |
// Asserted"; dates are the month first. Or a raw record of 16 bytes in hexadecimal, as `ipmitool sel get` and the
// specification have it (IPMI 2.0, 32.1).
std::optional<SelEntry> parse_sel_entry(std::string_view text);
Reading read_sel_entry(const SelEntry& entry);

}  // namespace inquest::crashtext
