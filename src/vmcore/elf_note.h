// ELF notes, as dumps of every format carry them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace inquest::vmcore {

struct ElfNote {
  std::string name;  // "CORE", "VMCOREINFO", "QEMU"; without the NUL
  uint32_t type = 0;
  std::vector<std::byte> data;
};

// The notes in a segment, one behind the other; reading stops at the first that does not fit, and at 65,536. Notes
// without a name and contents, which the kernel leaves where a CPU saved nothing, are skipped.
std::vector<ElfNote> parse_elf_notes(std::span<const std::byte> segment);

}  // namespace inquest::vmcore
