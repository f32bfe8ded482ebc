#include "crashtext/frame.h"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

std::string_view kind_of(TraceLine::Kind kind) {
  switch (kind) {
    case TraceLine::Kind::Frame: return "frame";
    case TraceLine::Kind::Position: return "position";
    case TraceLine::Kind::Link: return "link";
    case TraceLine::Kind::Marker: return "marker";
    case TraceLine::Kind::Heading: return "heading";
  }
  return "?";
}

// All that was read, in one line: "frame f+0x1/0x2 [m] @ffff unreliable irq".
std::string shown(std::string_view line) {
  const auto parsed = parse_trace_line(line);
  if (!parsed) return "none";
  std::string text(kind_of(parsed->kind));
  if (parsed->kind == TraceLine::Kind::Heading) return text;
  if (parsed->kind == TraceLine::Kind::Marker) {
    return fmt::format("marker {}{}", to_string(parsed->marker->context), parsed->marker->ends ? " ends" : "");
  }
  const Frame& frame = parsed->frame;
  text += " " + to_string(frame);
  if (!frame.build_id.empty()) text += " build-id=" + frame.build_id;
  if (frame.address) text += fmt::format(" @{:x}", *frame.address);
  if (!frame.reliable) text += " unreliable";
  if (frame.inlined) text += " inlined";
  if (frame.context != TraceContext::Task) text += fmt::format(" {}", to_string(frame.context));
  if (!frame.file.empty()) text += fmt::format(" {}:{}", frame.file, frame.line);
  if (!frame.callee.empty()) text += " callee=" + frame.callee;
  return text;
}

struct Case {
  std::string_view line;
  std::string_view expected;
};

// What is left of "acme_submit.isra.9+0x1/0x2" behind a torn line's end is written as it is read.
TEST(Frame, KeepsTheDotBeforeANumber) {
  const auto parsed = parse_trace_line(".9+0x184/0x2b0");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_string(parsed->frame), ".9+0x184/0x2b0");
}

TEST(Frame, ReadsTraceLinesOfEveryArchitecture) {
  constexpr auto kCases = std::to_array<Case>({
      // x86
      {" [<ffffffff8105d660>] warn_slowpath+0x70/0xa0", "frame warn_slowpath+0x70/0xa0 @ffffffff8105d660"},
      {"[<c0102eb1>] ? sysenter_past_esp+0x56/0x79", "frame sysenter_past_esp+0x56/0x79 @c0102eb1 unreliable"},
      {" ? do_wait+0x1a/0x2f0", "frame do_wait+0x1a/0x2f0 unreliable"},
      {" __x64_sys_read+0x19/0x20", "frame __x64_sys_read+0x19/0x20"},
      {" arc_evict+0x70/0x100 [zfs]", "frame arc_evict+0x70/0x100 [zfs]"},
      {" fill+0x1/0x2 [snd_hda 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c]",
       "frame fill+0x1/0x2 [snd_hda] build-id=0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"},
      {" <IRQ>  [<ffffffff81010000>] ? tick+0xa0/0x110", "frame tick+0xa0/0x110 @ffffffff81010000 unreliable irq"},
      {" <EOI>  cpu_idle+0xa0/0x110", "frame cpu_idle+0xa0/0x110"},
      {" <<EOE>>  <IRQ>  f+0xa0/0x110", "frame f+0xa0/0x110 irq"},
      {" <TASK>", "marker task"},
      {" </TASK>", "marker task ends"},
      {" </IRQ>", "marker task ends"},
      {" <NMI>", "marker nmi"},
      {" <#DF>", "marker double-fault"},
      {" [<ffffffffa0123456>] 0xffffffffa0123456", "frame 0xffffffffa0123456 @ffffffffa0123456"},
      {" 0xffffffffa0123456", "frame 0xffffffffa0123456 @ffffffffa0123456"},
      {" [<          (null)>]           (null)", "frame 0x0 @0"},
      {" foo.isra.0.cold+0x12/0x34", "frame foo.isra.0.cold+0x12/0x34"},
      {"RIP: 0010:[<ffffffff8268adb6>]  [<ffffffff8268adb6>] udp_rcv+0x196/0x1590",
       "position udp_rcv+0x196/0x1590 @ffffffff8268adb6"},
      {"RIP: 0010:kvm_run+0x1cf/0x5cb0 [kvm]", "position kvm_run+0x1cf/0x5cb0 [kvm]"},
      {"RIP: e030:xen_write+0x1/0x2", "position xen_write+0x1/0x2"},
      {"RIP: 0033:0x7fbbb711e383", "position 0x7fbbb711e383 @7fbbb711e383 user"},
      {"RIP: 0023:0xf7f8ec79", "position 0xf7f8ec79 @f7f8ec79 user"},
      {"RIP: 0010:0x0", "position 0x0 @0"},
      {"RIP: 0033:          (null)", "position 0x0 @0 user"},
      {"RIP: memcmp+0x9/0x40 RSP: ffffc90000f13ea0", "position memcmp+0x9/0x40"},
      {"RIP  [<ffffffff810c2a05>] do_raw+0x5/0x10", "position do_raw+0x5/0x10 @ffffffff810c2a05"},
      {"IP: [<ffffffff824164eb>] foo_ioctl+0x129b/0x2280", "position foo_ioctl+0x129b/0x2280 @ffffffff824164eb"},
      {"IP: memset_erms+0x9/0x10", "position memset_erms+0x9/0x10"},
      {"EIP is at nvidia_open+0x27/0x50 [nvidia]", "position nvidia_open+0x27/0x50 [nvidia]"},
      {"EIP: 0060:[<c0123456>] EFLAGS: 00010246 CPU: 0", "position 0xc0123456 @c0123456"},
      {"EIP: [<f8e12345>] f+0x27/0x50 [nv] SS:ESP 0068:f6e1", "position f+0x27/0x50 [nv] @f8e12345"},
      {"Call Trace:", "heading"},
      {"Call trace:", "heading"},
      {"Backtrace: ", "heading"},
      {"stack backtrace:", "heading"},
      {"  backtrace (crc 5d1c8ab4):", "heading"},
      {"Xen call trace:", "heading"},
      {"   [<ffff82d08012a3b4>] R schedule+0x12/0x34", "frame schedule+0x12/0x34 @ffff82d08012a3b4"},
      {"   [<ffff82d08012a3b4>] S schedule+0x12/0x34", "frame schedule+0x12/0x34 @ffff82d08012a3b4 unreliable"},
      // arm64
      {"pc : __arch_copy+0x4c/0x230", "position __arch_copy+0x4c/0x230"},
      {"lr : simple_read+0x40/0x90 [m]", "link simple_read+0x40/0x90 [m]"},
      {"pc : 0xffff800008123456", "position 0xffff800008123456 @ffff800008123456"},
      {"pc : [<ffff000008123456>] lr : [<ffff000008123456>] pstate: 60000145", "none"},
      {"PC is at memset+0x30/0xa8", "position memset+0x30/0xa8"},
      {"LR is at 0x30", "link 0x30 @30"},
      {" el0_svc+0x28/0xd0 (P)", "frame el0_svc+0x28/0xd0"},
      {" el0_svc+0x28/0xd0 (PL)", "frame el0_svc+0x28/0xd0"},
      // arm
      {"[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)",
       "frame dump_stack+0x7c/0xc8 @c059798c callee=show_stack"},
      {"[<c0014558>] (show_stack+0x0/0x20) from [<bf00798c>] (fun+0x7c/0xc8 [mod])",
       "frame fun+0x7c/0xc8 [mod] @bf00798c callee=show_stack"},
      {" show_stack from dump_stack_lvl+0x7c/0xc8", "frame dump_stack_lvl+0x7c/0xc8 callee=show_stack"},
      {"pc : [<c0012345>]    lr : [<c0012345>]    psr: 60000013", "none"},
      // riscv, mips, loongarch
      {"epc : do_trap+0x20/0x48", "position do_trap+0x20/0x48"},
      {" ra : do_page_fault+0x66/0x2aa", "link do_page_fault+0x66/0x2aa"},
      {"epc : ffffffff80003e64 ra : ffffffff80003e66 sp : ff20000000013e40", "none"},
      {"[<ffffffff80003e64>] walk_stackframe+0x0/0xcc", "frame walk_stackframe+0x0/0xcc @ffffffff80003e64"},
      {"epc   : 80131a5c schedule+0x10/0x40", "position schedule+0x10/0x40 @80131a5c"},
      {"ra    : 80131a64 schedule+0x18/0x40", "link schedule+0x18/0x40 @80131a64"},
      {"ERA: 9000000000223a2c panic+0x2c/0x60", "position panic+0x2c/0x60 @9000000000223a2c"},
      // ppc
      {"[c000000010f930b0] [c000000008068df8] .eeh_check+0x278/0x390 (unreliable)",
       "frame eeh_check+0x278/0x390 @c000000008068df8 unreliable"},
      {"[c0ff3d20] [c0012345] do_work+0x8/0x10 [m]", "frame do_work+0x8/0x10 [m] @c0012345"},
      {"NIP [c000000008068dfc] .eeh_check+0x27c/0x390", "position eeh_check+0x27c/0x390 @c000000008068dfc"},
      {"LR [c000000008068df8] .eeh_check+0x278/0x390", "link eeh_check+0x278/0x390 @c000000008068df8"},
      {"NIP: c000000008068dfc LR: c000000008068df8 CTR: 00000000015c6170", "none"},
      {"--- interrupt: 300 at put_page+0x18/0x60", "frame put_page+0x18/0x60"},
      {"    LR = .snooze_loop+0x10/0x20", "frame snooze_loop+0x10/0x20"},
      // s390
      {"Krnl PSW : 0704f00180000000 000003ff8086d03a (init+0x3a/0x1000 [m])",
       "position init+0x3a/0x1000 [m] @3ff8086d03a"},
      {"([<000003ff8086d036>] init+0x36/0x1000 [m])", "frame init+0x36/0x1000 [m] @3ff8086d036 unreliable"},
      {" [<000000000010014e>] do_one_initcall+0xce/0x160", "frame do_one_initcall+0xce/0x160 @10014e"},
      {" [<000003fffd4a1d92>] 0x3fffd4a1d92", "frame 0x3fffd4a1d92 @3fffd4a1d92"},
      // sparc, parisc
      {" [0000000000456788] do_exit+0x1c/0x40", "frame do_exit+0x1c/0x40 @456788"},
      {"TPC: <do_exit+0x14/0x20>", "position do_exit+0x14/0x20"},
      {" IAOQ[0]: do_exit+0x14/0x20", "position do_exit+0x14/0x20"},
      // with line numbers
      {" ovl_workdir fs/overlayfs/super.c:1511 [inline]", "frame ovl_workdir inlined fs/overlayfs/super.c:1511"},
      {" ovl_workdir+0x1/0x2 fs/overlayfs/super.c:1511", "frame ovl_workdir+0x1/0x2 fs/overlayfs/super.c:1511"},
      {"LR [c00000000022d784] first include/linux/cpumask.h:214 [inline]",
       "link first @c00000000022d784 inlined include/linux/cpumask.h:214"},
      {"pc : first include/linux/page-flags.h:214 [inline]", "position first inlined include/linux/page-flags.h:214"},
      {"? kfree (mm/slub.c:3451 (discriminator 3)) zfs", "none"},
      {"? kfree (mm/slub.c:3451 (discriminator 3))", "frame kfree unreliable mm/slub.c:3451"},
      {"RIP: 0010:kfree (mm/slub.c:3451 mm/slub.c:4562)", "position kfree mm/slub.c:3451"},
      // glued or cut
      {" [<ffffffff8105d660>] foo+0x70/0xa0[   12.345678]  bar+0x1/0x2", "frame foo+0x70/0xa0 @ffffffff8105d660"},
      {" foo+0x70", "frame foo+0x70"},
  });
  for (const Case& c : kCases) EXPECT_EQ(shown(c.line), c.expected) << c.line;
}

TEST(Frame, LeavesOtherLinesAlone) {
  constexpr auto kLines = std::to_array<std::string_view>({
      "",
      " ",
      "Code: 48 89 e5 <0f> 0b",
      "R10: 0000000000000000 R11: 0000000000000246 R12: 00007f6eb4",
      " #0: (rtnl_mutex){+.+.}, at: [<ffffffff8105d660>] rtnl_lock+0x1/0x2",
      "caller is debug_smp+0x1/0x2",
      "IPv6: ADDRCONF(NETDEV_UP): eth0: link is not ready",
      "rate: 0x10",
      "radix: 0x10000",
      "usb 1-1: config 1 descriptor??",
      "kernel BUG at mm/slub.c:123!",
      "foo+0x10/0x20: page allocation failure",
      "PC: 0xffffffc000633dd8:",
      "foo+bar",
      "0x10",
      " 0000000000000009 ffff88022259da58 ffffffff816606a8 ffff88022259da98",
      "<6>usb",
      "[<zz>] f",
      "+0x1/0x2",
      "1foo+0x1/0x2",
  });
  for (const std::string_view line : kLines) EXPECT_EQ(shown(line), "none") << line;
}

TEST(Frame, TakesASymbolOutOfAText) {
  size_t length = 0;
  const auto frame = parse_symbol("foo+0x1/0x2 [zfs] at addr 12", &length);
  ASSERT_TRUE(frame);
  EXPECT_EQ(to_string(*frame), "foo+0x1/0x2 [zfs]");
  EXPECT_EQ(length, 17U);
  EXPECT_FALSE(parse_symbol("foo"));
}

}  // namespace
}  // namespace inquest::crashtext
