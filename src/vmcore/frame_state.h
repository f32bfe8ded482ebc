// The registers of one frame of a stack, as far as they can be told, and what else its variables depend on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "vmcore/address.h"

namespace inquest::vmcore {

// What is known of the registers while a function runs, by their numbers in DWARF (x86-64 psABI, figure 3.36).
struct FrameState {
  static constexpr size_t kRegisters = 17;  // ax, dx, cx, bx, si, di, bp, sp, r8 to r15, the return address
  VirtAddr pc;                              // in the instruction: of a call, not behind it
  std::array<std::optional<uint64_t>, kRegisters> registers;
  std::optional<uint64_t> cfa;  // the stack pointer before the call of this function
};

// A number of that many bytes (at most 8) of the dead kernel's memory.
using ReadNumber = std::function<std::optional<uint64_t>(VirtAddr address, uint64_t bytes)>;
// What that register held when the function was entered.
using EntryValue = std::function<std::optional<uint64_t>(size_t number)>;

}  // namespace inquest::vmcore
