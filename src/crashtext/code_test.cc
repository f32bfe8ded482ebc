#include "crashtext/code.h"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

using ::testing::HasSubstr;

const Instruction* faulting(const Disassembly& disassembly) {
  const auto found = std::ranges::find(disassembly.instructions, true, &Instruction::faulting);
  return found == disassembly.instructions.end() ? nullptr : &*found;
}

TEST(Code, DisassemblesX86AroundTheMark) {
  const auto code = parse_code("Code: 89 e5 41 54 53 48 89 fb <48> 8b 47 18 48 85 c0 74 05");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->arch, Arch::X86_64);
  EXPECT_EQ(code->fault, 8U);
  Registers registers;
  ASSERT_TRUE(registers.read("RAX: 0000000000000001 RBX: 0000000000000002 RDI: 0000000000000000"));
  const Disassembly out = disassemble(*code, registers);
  ASSERT_NE(faulting(out), nullptr);
  EXPECT_EQ(faulting(out)->text, "mov rax, qword ptr [rdi + 0x18]");
  EXPECT_EQ(faulting(out)->bytes, "48 8b 47 18");
  EXPECT_EQ(out.instructions.front().offset, -8);
  EXPECT_EQ(out.operand, "[rdi + 0x18]");
  EXPECT_EQ(out.operand_address, 0x18U);
  EXPECT_TRUE(out.trap.empty());
}

TEST(Code, TellsArmFromArm64ByItsWords) {
  const auto arm = parse_code("Code: e3a02001 e1a03007 e59406a4 eb02c23d (e5963000)");
  ASSERT_TRUE(arm);
  EXPECT_EQ(arm->arch, Arch::Arm);
  EXPECT_EQ(faulting(disassemble(*arm))->text, "ldr r3, [r6]");
  const auto arm64 = parse_code("Code: aa0003f3 f9400001 eb01001f 540000a0 (f9400674)");
  ASSERT_TRUE(arm64);
  EXPECT_EQ(arm64->arch, Arch::Arm64);
}

TEST(Code, BeginsWhereTheInstructionsMeetTheFault) {
  // The dump begins in the middle of "48 8b 47 18".
  const auto code = parse_code("Code: 47 18 48 85 c0 74 05 <0f> 0b");
  const Disassembly out = disassemble(*code);
  ASSERT_NE(faulting(out), nullptr);
  EXPECT_EQ(faulting(out)->text, "ud2");
  EXPECT_THAT(out.trap, HasSubstr("BUG() or WARN()"));
  EXPECT_TRUE(out.aligned);
}

TEST(Code, KnowsTheTrapsOfTheArchitectures) {
  struct Case {
    std::string_view text;
    Arch arch;
    std::string_view trap;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"Code: a9014ff4 910003fd (d4210000)", Arch::Unknown, "brk #0x800: BUG() or WARN()"},
      {"Code: 910003fd (d42aa240)", Arch::Arm64, "UBSAN"},
      {"Code: e92d4100 (e7f001f2)", Arch::Arm, "udf"},
      {"Code: 84ae 8522 (9002)", Arch::Unknown, "ebreak"},
      {"60000000 38600001 <0fe00000> 4bfffe00", Arch::Unknown, "twui"},
      {"Code: 28c02061 <002a0001> 0015001c", Arch::LoongArch, "break 1: BUG() or WARN()"},
      {"Code: 67 <67> 0f b9 40 12", Arch::X86_64, "ud1"},
  });
  for (const Case& c : kCases) {
    const auto code = parse_code(c.text, c.arch);
    ASSERT_TRUE(code) << c.text;
    EXPECT_THAT(disassemble(*code).trap, HasSubstr(c.trap)) << c.text;
  }
}

TEST(Code, DisassemblesTheOthers) {
  const auto arm = parse_code("Code: a9014ff4 910003fd aa0003f3 97fac089 (f9400674)", Arch::Arm64);
  EXPECT_EQ(faulting(disassemble(*arm))->text, "ldr x20, [x19, #8]");
  const auto ppc = parse_code("Instruction dump: 60000000 7f44d378 <e8630000>", Arch::Ppc64);
  EXPECT_THAT(faulting(disassemble(*ppc))->text, HasSubstr("ld"));
}

TEST(Code, KeepsTheHalvesOfInstructionsTogether) {
  const auto out = disassemble(*parse_code("Code: 8793 0007 bf45 (b783) 0187 8522", Arch::Riscv));
  ASSERT_EQ(out.instructions.size(), 4U);
  EXPECT_EQ(out.instructions[0].text, ".inst 0x00078793");
  ASSERT_NE(faulting(out), nullptr);
  EXPECT_EQ(faulting(out)->text, ".inst 0x0187b783");
  const auto begun = disassemble(*parse_code("Code: 0007 8793 0007 (9002)", Arch::Riscv));
  ASSERT_NE(faulting(begun), nullptr);
  EXPECT_EQ(faulting(begun)->text, ".inst 0x9002");
}

TEST(Code, IsNotThereWhenItCouldNotBeRead) {
  for (const char* text :
       {"Code: Bad RIP value.", "Code: Unable to access opcode bytes at 0x7f.", "", "Code:", "Code: <>", "(), <0>"}) {
    EXPECT_FALSE(parse_code(text)) << text;
  }
}

TEST(Code, TakesWhatStandsBeforeADamagedNumber) {
  const auto code = parse_code("Code: 48 8b 4");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->bytes.size(), 2U);
  EXPECT_FALSE(code->fault);
  EXPECT_EQ(disassemble(*code).instructions.size(), 2U);
}

}  // namespace
}  // namespace inquest::crashtext
