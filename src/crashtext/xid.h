// NVIDIA's Xid errors.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

enum class XidBlame : uint8_t { Application, Driver, Hardware, Unclear, Informational };

struct Xid {
  uint32_t number;
  std::string_view name;
  XidBlame blame;  // whom the catalogue suspects first
  std::string_view note;
};

const Xid* find_xid(uint32_t number);
std::span<const Xid> xids();
Reading read_xid(uint32_t number);

// In "NVRM: Xid (PCI:0000:01:00): 79, pid=1234, GPU has fallen off the bus."
std::optional<uint32_t> find_xid_number(std::string_view line);

}  // namespace inquest::crashtext
