// One record of a management controller's System Event Log, as 16 bytes.
// Source: IPMI specification v2.0 rev. 1.1, sections 32.1 (SEL event records) and 42 (sensor and event code tables).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace inquest::decode {

struct SelRecord {
  uint16_t id = 0;
  uint8_t type = 0;        // 0x02: system event; 0xC0 to 0xDF: the maker's, with a time; 0xE0 on: without
  std::optional<Ns> time;  // on the controller's clock; nothing where it has none, or had none yet
  std::string text;        // "Memory #0x53 | Uncorrectable ECC | Asserted (data a1 ff 04)"
};

// Nothing where the bytes are not 16, or their type and revision are those of no event record.
std::optional<SelRecord> parse_sel_record(std::string_view bytes);

}  // namespace inquest::decode
