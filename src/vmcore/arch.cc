#include "vmcore/arch.h"

#include <array>
#include <cstring>

#include <elf.h>

namespace inquest::vmcore {

std::string_view to_string(Machine machine) {
  switch (machine) {
    case Machine::X86_64: return "x86_64";
    case Machine::Arm64: return "arm64";
    case Machine::Unknown: break;
  }
  return "unknown";
}

const Arch* find_arch(const DumpHeader& header) {
  static constexpr std::array kArchs = {&x86_64_arch, &arm64_arch};
  for (const Arch* arch : kArchs) {
    if (arch->machine == header.machine) return arch;
  }
  if (header.machine_name != "Unknown") return nullptr;
  for (const ElfNote& note : header.notes) {
    if (note.name != "CORE" || note.type != NT_PRSTATUS) continue;
    for (const Arch* arch : kArchs) {
      if (arch->prstatus_size == note.data.size()) return arch;
    }
  }
  return nullptr;
}

uint32_t prstatus_pid(std::span<const std::byte> note) {
  constexpr size_t kOffset = 32;  // of pr_pid in struct elf_prstatus of every 64-bit machine
  uint32_t pid = 0;
  if (note.size() >= kOffset + sizeof(pid)) std::memcpy(&pid, note.data() + kOffset, sizeof(pid));
  return pid;
}

}  // namespace inquest::vmcore
