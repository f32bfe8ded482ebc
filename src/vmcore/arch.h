// What differs from processor to processor. To add one, write arch_NAME.cc, and work through this checklist:
//
//   1. Machine in dump_header.h: the name, and how the formats tell it (e_machine in formats/elf.cc, utsname in
//      formats/kdump.cc).
//   2. Its Arch: registers out of PRSTATUS (and QEMU's note), the kernel's image, the root of its page tables, the
//   walk.
//   3. A row in kArchs in arch.cc.
//   4. arch_NAME_test.cc: page tables that the test builds, each size of page, an absent entry at each level.
//   5. What stands on this: the unwinder's rules, and the table of register names that `bt` shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "vmcore/address.h"
#include "vmcore/dump_header.h"
#include "vmcore/registers.h"
#include "vmcore/vmcoreinfo.h"

namespace inquest::vmcore {

class PhysicalMemory;

// A piece of virtual memory and the physical memory behind it, which is contiguous for `size` bytes.
struct Mapping {
  VirtAddr start;
  PhysAddr physical;
  uint64_t size = 0;
};

// How one kernel's page tables are laid out. Made from its VMCOREINFO; says nothing about memory until asked.
class PageTables {
 public:
  virtual ~PageTables() = default;
  // What is known without a page table: the kernel's image.
  virtual std::optional<Mapping> fixed(VirtAddr address) const = 0;
  // Of the kernel; nothing where VMCOREINFO does not tell.
  virtual std::optional<PhysAddr> kernel_root() const = 0;
  // The page with the address in the tables under `root`. NotFound, naming level and address, where none is mapped; an
  // error of `memory` where a table cannot be read.
  virtual Result<Mapping> walk(PhysicalMemory& memory, PhysAddr root, VirtAddr address) const = 0;
  // Whether the address is the kernel's half (as opposed to a process's).
  virtual bool kernel_half(VirtAddr address) const = 0;
  // A root of page tables as the hardware or a mm_struct has it: without flags and encryption mask.
  virtual PhysAddr root_of(uint64_t register_value) const = 0;
};

struct Arch {
  Machine machine;
  size_t prstatus_size;  // bytes of struct elf_prstatus
  // NT_PRSTATUS; nothing where the note is too short.
  std::optional<Registers> (*prstatus)(std::span<const std::byte> note);
  // QEMU's own note, where there is such: its root of page tables, for a dump that has nothing else.
  std::optional<PhysAddr> (*qemu_root)(std::span<const std::byte> note);
  // Unsupported where VMCOREINFO names sizes that this processor has not; `header` helps out where it is silent.
  Result<std::unique_ptr<PageTables>> (*page_tables)(const VmcoreInfo& info, const DumpHeader& header);
};

extern const Arch x86_64_arch;
extern const Arch arm64_arch;

// The processor of the dump, or nothing for one that is not known. QEMU writes "Unknown" into the kdump format for all
// but x86-64: there the size of the CPUs' notes tells.
const Arch* find_arch(const DumpHeader& header);

// The process that a NT_PRSTATUS note names; 0 where the note is too short. QEMU writes its CPU's number + 1.
uint32_t prstatus_pid(std::span<const std::byte> note);

}  // namespace inquest::vmcore
