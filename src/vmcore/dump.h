// A kernel dump, opened: whatever its format, its memory, what its header says, and what its CPUs did.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "vmcore/address_space.h"
#include "vmcore/arch.h"
#include "vmcore/byte_source.h"
#include "vmcore/dump_header.h"
#include "vmcore/physical_memory.h"
#include "vmcore/registers.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {

// One CPU's NT_PRSTATUS note.
struct CpuNote {
  // Its place among the notes: CPUs that saved nothing have none, so this is the CPU's number only where every CPU has.
  uint32_t index = 0;
  // As the note says: the task's process, or, from QEMU, the CPU's number + 1. The current task is in per-CPU data.
  uint32_t pid = 0;
  Registers registers;
};

class Dump {
 public:
  // Opens a dump of any format that is known by its first bytes; several paths are the parts of one split dump, in any
  // order. Costs the header, the notes and a pass over the bitmaps, not the dump's size; only where VMCOREINFO is
  // missing is all memory looked at, for a copy. Unsupported, with the reason, for a dump that cannot be read;
  // Malformed where it is none.
  static Result<Dump> open(const std::string& path) { return open(std::vector{path}); }
  static Result<Dump> open(const std::vector<std::string>& paths);
  // The same for files that somebody opened already.
  static Result<Dump> open(std::vector<std::unique_ptr<ByteSource>> files);
  // Whether a file's first bytes (64 are enough) are those of a dump. An ELF file counts only as a core of a 64-bit
  // kernel or process.
  static bool sniff(std::span<const std::byte> head);

  const std::vector<std::string>& paths() const { return paths_; }
  const DumpHeader& header() const { return header_; }
  const Arch& arch() const { return *arch_; }
  // Empty where the dump has none, and no copy was found.
  const VmcoreInfo& vmcoreinfo() const { return vmcoreinfo_; }
  // Whether it was found in memory, because the header lacks it.
  bool vmcoreinfo_from_memory() const { return vmcoreinfo_from_memory_; }
  const std::vector<CpuNote>& cpus() const { return cpus_; }
  // Whether QEMU wrote it from outside: registers are those of the moment of the dump, not of the crash.
  bool from_qemu() const { return from_qemu_; }

  PhysicalMemory& memory() const { return *memory_; }
  AddressSpace& kernel() const { return *kernel_; }

 private:
  Dump() = default;
  void read_cpus();
  Result<void> find_vmcoreinfo_and_tables();

  std::vector<std::string> paths_;
  DumpHeader header_;
  const Arch* arch_ = nullptr;
  VmcoreInfo vmcoreinfo_;
  bool vmcoreinfo_from_memory_ = false;
  bool from_qemu_ = false;
  std::vector<CpuNote> cpus_;
  std::unique_ptr<PhysicalMemory> memory_;
  std::unique_ptr<PageTables> tables_;
  std::unique_ptr<AddressSpace> kernel_;
};

}  // namespace inquest::vmcore
