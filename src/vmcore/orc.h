// ORC: for every place in the code, how to get from a frame to its caller's. x86-64 only.
#pragma once

#include <cstdint>
#include <optional>

#include "vmcore/address.h"
#include "vmcore/address_space.h"
#include "vmcore/types.h"

namespace inquest::vmcore {

// The two tables: 32-bit offsets of addresses, each from its own place, in order; and the entries, 6 bytes each.
struct OrcTable {
  VirtAddr ip, entries;
  uint64_t count = 0;
};

// How the flags of an entry are laid out. Source: arch/x86/include/asm/orc_types.h;
// V1 v4.14; V2 commit ffb1b4a41016 ("x86/unwind/orc: Add 'signal' field to ORC metadata"), v6.3;
// V3 commit fb799447ae29 ("x86,objtool: Split UNWIND_HINT_EMPTY in two"), v6.4; V4, with other numbers for the
// registers, v7.1.
enum class OrcVersion : uint8_t { V1, V2, V3, V4 };

// By the members that struct orc_entry has, and their width; what these do not tell, or where the type is not known, by
// what most of the table's first entries must be.
OrcVersion orc_version(const Types& types, AddressSpace& space, const OrcTable& table);

enum class OrcRegister : uint8_t { Undefined, PrevSp, Dx, Di, Bp, Sp, R10, R13, BpIndirect, SpIndirect };
enum class OrcKind : uint8_t { Undefined, EndOfStack, Call, Regs, RegsPartial };

struct OrcEntry {
  int16_t sp_offset = 0;
  int16_t bp_offset = 0;
  OrcRegister sp_register = OrcRegister::Undefined;
  OrcRegister bp_register = OrcRegister::Undefined;
  OrcKind kind = OrcKind::Undefined;
};

// Nothing for a register or kind that means nothing.
std::optional<OrcEntry> decode_orc(uint64_t six_bytes, OrcVersion version);

// Searched in place: each lookup reads some twenty numbers, most of them from pages that were read before.
class Orc {
 public:
  Orc(AddressSpace& space, const OrcTable& table, OrcVersion version)
      : space_(&space), table_(table), version_(version) {}

  OrcVersion version() const { return version_; }
  // What holds at that address: the entry that begins last at or before it. Nothing before the first, and where the
  // tables cannot be read.
  std::optional<OrcEntry> find(VirtAddr ip) const;

 private:
  AddressSpace* space_;
  OrcTable table_;
  OrcVersion version_;
};

}  // namespace inquest::vmcore
