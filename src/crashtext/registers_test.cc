#include "crashtext/registers.h"

#include <initializer_list>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

Registers read(std::initializer_list<std::string_view> lines) {
  Registers registers;
  for (const std::string_view line : lines) EXPECT_TRUE(registers.read(line)) << line;
  return registers;
}

TEST(Registers, ReadsX86) {
  const Registers registers = read({
      "RSP: 0018:ffffc9000123fd80 EFLAGS: 00010246",
      "RAX: 0000000000000000 RBX: ffff88022259da58 RCX: 0000000000000001",
      "R13: 0000000000000003 R14: 0000000000000004 R15: 0000000000000005",
      "FS:  00007f1234567700(0000) GS:ffff88023fc00000(0000) knlGS:0000000000000000",
      "CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033",
      "CR2: 0000000000000018 CR3: 0000000223d4a000 CR4: 00000000000006f0", "PKRU: 55555554",
      "RAX: ffffffffffffffda RBX: 0000000000000000 RCX: 00007f12",  // the system call's: later, and so not kept
  });
  EXPECT_EQ(registers.arch(), Arch::X86_64);
  EXPECT_EQ(registers.find("rsp"), 0xffffc9000123fd80U);
  EXPECT_EQ(registers.find("eflags"), 0x10246U);
  EXPECT_EQ(registers.find("rax"), 0U);
  EXPECT_EQ(registers.find("gs"), 0xffff88023fc00000U);
  EXPECT_EQ(registers.find("cr2"), 0x18U);
  EXPECT_EQ(registers.find("r9"), std::nullopt);
}

TEST(Registers, ReadsArm) {
  const Registers wide = read({"pstate: 60400005 (nZCv daif +PAN -UAO)", "sp : ffff80000a5fbd20",
                               "x29: ffff80000a5fbd20 x28: ffff0000c1c3d940 x27: 0000000000000000"});
  EXPECT_EQ(wide.arch(), Arch::Arm64);
  EXPECT_EQ(wide.find("x28"), 0xffff0000c1c3d940U);
  const Registers narrow =
      read({"pc : [<c0012345>]    lr : [<c0012340>]    psr: 60000013", "sp : c0a01f80  ip : 00000000  fp : c0a01f9c",
            "r10: 00000000  r9 : 413fc090  r8 : c0a4bdc0"});
  EXPECT_EQ(narrow.arch(), Arch::Arm);
  EXPECT_EQ(narrow.find("pc"), 0xc0012345U);
  EXPECT_EQ(narrow.find("r9"), 0x413fc090U);
}

TEST(Registers, ReadsTheOthers) {
  const Registers ppc = read({"NIP:  c000000008068dfc LR: c000000008068df8 CTR: 00000000015c6170",
                              "MSR: 8000000000029032 <SF,EE,ME,IR,DR,RI>  CR: 48228222  XER: 00000006",
                              "CFAR: c00000000873b7c0 DAR: 0000000000000018 DSISR: 40000000 IRQMASK: 1",
                              "GPR04: 0000000000000001 0000000000000002 c000000008b030f8 c00000000a122548"});
  EXPECT_EQ(ppc.arch(), Arch::Ppc64);
  EXPECT_EQ(ppc.find("dar"), 0x18U);
  EXPECT_EQ(ppc.find("gpr05"), 2U);

  const Registers s390 = read({"Krnl PSW : 0704f00180000000 000003ff8086d03a (f+0x3a/0x1000 [m])",
                               "Krnl GPRS: 0000000000010000 070000000020db8e 0000000000000030 00000000000000d7",
                               "           000003ff8086d036 0400000000000000 0000000000000000 000003ff00000000"});
  EXPECT_EQ(s390.arch(), Arch::S390);
  EXPECT_EQ(s390.find("psw.addr"), 0x3ff8086d03aU);
  EXPECT_EQ(s390.find("r4"), 0x3ff8086d036U);

  const Registers riscv = read({"epc : ffffffff80003e64 ra : ffffffff80003e66 sp : ff20000000013e40",
                                "status: 0000000200000120 badaddr: 0000000000000000 cause: 000000000000000d"});
  EXPECT_EQ(riscv.arch(), Arch::Riscv);
  EXPECT_EQ(riscv.find("cause"), 13U);

  const Registers mips = read({"$ 4   : 00000001 00000002 00000003 00000004"});
  EXPECT_EQ(mips.arch(), Arch::Mips);
  EXPECT_EQ(mips.find("$6"), 3U);
}

TEST(Registers, LeavesOtherLinesAlone) {
  Registers registers;
  for (const char* line : {"", "CPU: 1 PID: 42 Comm: x", "Code: 48 89", "status: 0", "a1: 5", "usb 1-1: config",
                           "RAX: zz", "           000003ff8086d036 0400000000000000", "Call Trace:"}) {
    EXPECT_FALSE(registers.read(line)) << line;
  }
  EXPECT_TRUE(registers.empty());
}

TEST(Arch, HasNames) {
  EXPECT_EQ(parse_arch("aarch64"), Arch::Arm64);
  EXPECT_EQ(parse_arch(to_string(Arch::S390)), Arch::S390);
  EXPECT_EQ(parse_arch("vax"), std::nullopt);
}

}  // namespace
}  // namespace inquest::crashtext
