// The dead kernel's machine code as instructions, from its own memory: as it was patched when it ran.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "vmcore/kernel.h"

namespace inquest::vmcore {

struct Instruction {
  VirtAddr address;
  std::vector<std::byte> bytes;
  std::string text;                // "mov    rax, qword ptr [rip + 0x1b2c3d]"; "(bad)" for a byte that is none
  std::optional<VirtAddr> target;  // of a direct jump or call, or of an operand relative to the instruction
  std::string symbol;              // what lies there: "schedule+0x5a", "jiffies"; empty where nothing is known
};

struct Disassembly {
  static constexpr size_t kMost = 65536;  // instructions

  std::vector<Instruction> instructions;
  std::string problem;  // why it ends early, with the address; empty where it does not
};

// Up to `count` instructions (at most kMost) from there, and none that begins at `end` or behind, where there is one.
// Unsupported where the processor is not known.
Result<Disassembly> disassemble(Kernel& kernel, VirtAddr from, size_t count, std::optional<VirtAddr> end = {});

// Where the CPU that panicked was when it went wrong, an address in the instruction: what an exception interrupted,
// else the call of panic(), else what its registers say. Nothing where no CPU panicked, or its stack cannot be read.
std::optional<VirtAddr> faulting_address(Kernel& kernel);

}  // namespace inquest::vmcore
