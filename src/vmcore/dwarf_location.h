// Where a variable is, or what it is: location expressions of debug information, evaluated on a frame of a dead stack.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <elfutils/libdw.h>

#include "vmcore/frame_state.h"

namespace inquest::vmcore {

struct LocationContext {
  const FrameState& frame;
  const ReadNumber& read;
  std::optional<uint64_t> frame_base;
  EntryValue entry_value;  // may be empty
  uint64_t offset = 0;     // of addresses in memory to those in the file
};

struct Located {
  bool is_value = false;  // it is nowhere in memory, but in a register or computed
  uint64_t number = 0;    // the value, else the address
};

// Nothing where a register or memory that it takes is not known, and for what is spread over several places.
// `attribute` is the one that the operations come from; null for those that have none (call frame information).
std::optional<Located> evaluate_location(std::span<const Dwarf_Op> operations, Dwarf_Attribute* attribute,
                                         const LocationContext& context);

}  // namespace inquest::vmcore
