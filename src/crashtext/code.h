// The instructions around the fault: the "Code:" line of a report, disassembled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/arch.h"
#include "crashtext/reading.h"
#include "crashtext/registers.h"

namespace inquest::crashtext {

// The bytes of a dump in the order of memory.
struct CodeBytes {
  Arch arch = Arch::Unknown;  // as given, or as the form of the dump tells: bytes are x86, words of 4 arm64 ..
  std::vector<uint8_t> bytes;
  unsigned unit = 1;            // bytes of one printed number: 1, 2 (Thumb, compressed riscv) or 4
  std::optional<size_t> fault;  // where the marked number begins; no mark, no value
};

// "Code: 48 8b 40 18 <0f> 0b ..", "Code: a9014ff4 910003fd (f9400674)", "Instruction dump:" with the numbers behind it,
// "60000000 <0fe00000>"; the heading may be absent. Numbers are little-endian unless the architecture is big-endian.
// Nothing where no numbers stand there: "Code: Bad RIP value.", "Code: Unable to access opcode bytes at 0x..", and
// s390's dump, which is disassembled (krnl_code.h reads it).
std::optional<CodeBytes> parse_code(std::string_view text, Arch arch = Arch::Unknown);

struct Instruction {
  int64_t offset = 0;  // of its first byte from the fault
  std::string bytes;   // "48 8b 40 18"
  std::string text;    // "mov rax, qword ptr [rax + 0x18]"; ".byte" where it is no instruction
  bool faulting = false;
  friend bool operator==(const Instruction&, const Instruction&) = default;
};

struct Disassembly {
  std::vector<Instruction> instructions;  // in the order of memory
  // The faulting instruction is a trap that the compiler or the kernel put there: "ud2: BUG() or WARN()"; empty for any
  // other.
  std::string trap;
  // What the faulting instruction reads or writes, where it touches memory and the registers are known: "[rax + 0x18]"
  // and its value.
  std::string operand;
  std::optional<uint64_t> operand_address;
  // Instructions before the fault of x86 were found by aligning on it, and could be others.
  bool aligned = false;
};

// Disassembles with capstone. Of an architecture that it does not know (riscv, loongarch) the numbers themselves are
// given; traps are recognised all the same.
Disassembly disassemble(const CodeBytes& code, const Registers& registers = {});

// In words, with the instructions before and behind the fault.
Reading read_code(const CodeBytes& code, const Registers& registers = {});

}  // namespace inquest::crashtext
