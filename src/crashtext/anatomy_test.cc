#include "crashtext/anatomy.h"

#include <array>

#include <gtest/gtest.h>

#include "base/text.h"

namespace inquest::crashtext {
namespace {

Anatomy dissected(std::string_view text) {
  const auto all = lines(text);
  return dissect(all);
}

TEST(Anatomy, TakesAnOopsApart) {
  const Anatomy got = dissected(R"(BUG: kernel NULL pointer dereference, address: 0000000000000018
#PF: supervisor read access in kernel mode
#PF: error_code(0x0000) - not-present page
PGD 0 P4D 0
Oops: 0000 [#1] PREEMPT SMP NOPTI
CPU: 3 PID: 742 Comm: arc_reclaim Tainted: P           O       6.1.0-13-amd64 #1  Debian 6.1.55-1
Hardware name: Acme X9/X9, BIOS 2.0b 09/17/2012
RIP: 0010:list_move+0x10/0x30
Code: 89 e5 41 54 53 48 89 fb <48> 8b 47 18 48 85 c0
RSP: 0018:ffffc9000123fd80 EFLAGS: 00010246
RAX: 0000000000000001 RBX: 0000000000000002 RCX: 0000000000000003
RDX: 0000000000000004 RSI: 0000000000000005 RDI: 0000000000000000
CR2: 0000000000000018 CR3: 0000000223d4a000 CR4: 00000000000006f0
Call Trace:
 <IRQ>
 ? __die_body+0x1a/0x60
 timer_fn+0x1/0x2
 </IRQ>
 <TASK>
 arc_evict+0x70/0x100 [zfs]
 kthread+0xd7/0x100
 </TASK>
Modules linked in: zfs(PO) spl(O) e1000e
---[ end trace 0000000000000000 ]---
RIP: 0010:list_move+0x10/0x30
RAX: ffffffffffffffda RBX: 0000000000000000 RCX: 00007f12
)");
  EXPECT_EQ(got.arch, Arch::X86_64);
  EXPECT_EQ(got.identity.comm, "arc_reclaim");
  EXPECT_EQ(got.identity.kernel, "6.1.0-13-amd64");
  EXPECT_EQ(got.fault_address, 0x18U);
  ASSERT_TRUE(got.oops);
  EXPECT_EQ(got.oops->count, 1U);
  ASSERT_EQ(got.frames().size(), 4U);
  EXPECT_FALSE(got.frames()[0].reliable);
  EXPECT_EQ(got.frames()[1].context, TraceContext::Irq);
  EXPECT_EQ(got.frames()[2].context, TraceContext::Task);
  EXPECT_EQ(got.frames()[2].module, "zfs");
  EXPECT_EQ(got.modules.modules().size(), 3U);
  EXPECT_EQ(got.registers.find("rdi"), 0U);
  EXPECT_EQ(got.position->function, "list_move");
  EXPECT_EQ(got.culprit.function, "timer_fn");
  const auto code = parse_code(got.code, got.arch);
  ASSERT_TRUE(code);
  EXPECT_EQ(disassemble(*code, got.registers).operand_address, 0x18U);
}

TEST(Anatomy, KeepsTheHistoryOfMemoryApart) {
  const Anatomy got = dissected(R"(BUG: KASAN: slab-use-after-free in foo_read+0x12/0x40
Read of size 8 at addr ffff8881f3d4a0c8 by task cat/42

CPU: 1 UID: 0 PID: 42 Comm: cat Not tainted 6.12.0 #1
Call Trace:
 <TASK>
 dump_stack_lvl+0x1/0x2
 kasan_report+0x1/0x2
 foo_read+0x12/0x40
 vfs_read+0x1/0x2
 </TASK>

Allocated by task 41:
 kasan_save_stack+0x1/0x2
 foo_open+0x1/0x2

Freed by task 43:
 kfree+0x1/0x2
 foo_close+0x1/0x2
)");
  EXPECT_EQ(got.fault_address, 0xffff8881f3d4a0c8U);
  ASSERT_EQ(got.traces.size(), 3U);
  EXPECT_EQ(got.guilty, 0U);
  EXPECT_EQ(got.traces[1].kind, Trace::Kind::History);
  EXPECT_EQ(got.traces[2].heading, "Freed by task 43:");
  EXPECT_EQ(got.frames().size(), 4U);
  EXPECT_EQ(got.culprit.function, "foo_read");
}

TEST(Anatomy, ReadsTheOtherArchitectures) {
  const Anatomy arm = dissected(R"(Unable to handle kernel NULL pointer dereference at virtual address 00000008
Internal error: Oops: 5 [#1] ARM
PC is at foo+0x8/0x20
LR is at bar+0x8/0x20
pc : [<c0012345>]    lr : [<c0012340>]    psr: 60000013
[<c0014558>] (foo) from [<c059798c>] (bar+0x7c/0xc8)
[<c0014560>] (bar) from [<c0597990>] (baz+0x7c/0xc8)
)");
  EXPECT_EQ(arm.arch, Arch::Arm);
  EXPECT_EQ(arm.fault_address, 8U);
  ASSERT_EQ(arm.frames().size(), 3U);
  EXPECT_EQ(arm.frames()[0].function, "foo");
  EXPECT_EQ(arm.frames()[2].function, "baz");

  const Anatomy ppc = dissected(R"(WARNING: at arch/powerpc/kernel/x.c:390
NIP [c000000008068dfc] .eeh_check+0x27c/0x390
LR [c000000008068df8] .eeh_check+0x278/0x390
Call Trace:
[c000000010f930b0] [c000000008068df8] .eeh_check+0x278/0x390 (unreliable)
[c000000010f93150] [c000000008028668] .rtas_read+0x128/0x170
Instruction dump:
60000000 7f44d378 7f63db78 486c7eb9
3c62ff84 <0fe00000> 486d2951 60000000
)");
  EXPECT_EQ(ppc.frames().size(), 2U);
  EXPECT_EQ(ppc.culprit.function, "eeh_check");
  EXPECT_TRUE(parse_code(ppc.code, Arch::Ppc64)->fault);
}

TEST(Anatomy, ReadsTheAddressOfAFaultInItsWordings) {
  struct Case {
    std::string_view line;
    uint64_t address;
  };
  constexpr auto kCases = std::to_array<Case>({
      {"BUG: unable to handle kernel NULL pointer dereference at 0000000000000018", 0x18},
      {"BUG: unable to handle kernel NULL pointer dereference at           (null)", 0},
      {"BUG: unable to handle page fault for address: ffffc90000123458", 0xffffc90000123458},
      {"BUG: unable to handle kernel paging request at ffffea0004018020", 0xffffea0004018020},
      {"Unable to handle kernel paging request at virtual address dead000000000108", 0xdead000000000108},
      {"general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP",
       0xdead000000000122},
      {"Failing address: 000003e000000000 TEID: 000003e000000403", 0x3e000000000},
      {"Kernel attempted to read user page (10) - exploit attempt? (uid: 0)", 0x10},
  });
  for (const Case& c : kCases) EXPECT_EQ(find_fault_address(c.line), c.address) << c.line;
  EXPECT_FALSE(find_fault_address("BUG: something at all"));
}

TEST(Anatomy, OfNothingIsEmpty) {
  const Anatomy got = dissected("");
  EXPECT_FALSE(got.guilty);
  EXPECT_TRUE(got.frames().empty());
  EXPECT_EQ(got.culprit, Culprit{});
}

}  // namespace
}  // namespace inquest::crashtext
