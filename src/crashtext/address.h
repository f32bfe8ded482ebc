// What an address tells by itself: a NULL pointer, a poisoned one, a wild one, and which region of the kernel it lies
// in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crashtext/arch.h"
#include "crashtext/reading.h"

namespace inquest::crashtext {

enum class AddressKind : uint8_t {
  Null,          // 0, or a small offset from it
  ErrorPointer,  // ERR_PTR(-ENOMEM), or a little below a NULL pointer
  Poison,        // a value that the kernel writes to be recognised
  KasanShadow,   // the shadow byte of another address
  Text,          // letters: something was overwritten by a string
  User,          // a user-space address
  NonCanonical,  // no address of this processor at all
  DirectMap,     // all of RAM
  Vmalloc,       // vmalloc, ioremap, stacks
  Vmemmap,       // struct page
  KernelImage,   // the kernel's own code and data
  Modules,
  Fixed,   // fixmap, per-CPU entry area, EFI and the like
  Kernel,  // the kernel's half, region not known
};

// "null", "error-pointer", "poison", ...
std::string_view to_string(AddressKind kind);

struct AddressReading {
  AddressKind kind = AddressKind::Kernel;
  std::string text;   // "NULL + 0x18", "LIST_POISON1 + 8", "freed slab memory (0x6b)", "user address"
  uint64_t base = 0;  // the value that `text` names, without the offset
  Reading reading;    // in full
};

// Reads an address that a kernel faulted at, or found in a pointer. Regions are those of
// Documentation/arch/x86/x86_64/mm.rst and its likes; KASLR moves some of them, which the reading says. An unknown
// architecture is taken for x86-64.
AddressReading read_address(uint64_t address, Arch arch = Arch::Unknown);

}  // namespace inquest::crashtext
