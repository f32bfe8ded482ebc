#include "crashtext/signature.h"

#include <initializer_list>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

std::vector<Frame> frames(std::initializer_list<std::string_view> lines) {
  std::vector<Frame> out;
  for (const std::string_view line : lines) out.push_back(parse_trace_line(line)->frame);
  return out;
}

TEST(Signature, IsTheSameOverKernelsAndCompilers) {
  const std::string old = make_signature(
      "kernel-bug",
      frames({" [<ffffffff8105d660>] ? noise+0x1/0x2", " [<ffffffff8105d661>] zvol_write+0x70/0xa0 [zfs]",
              " [<ffffffff8105d662>] SyS_write+0x1/0x2"}),
      parse_trace_line("RIP: 0010:[<ffffffffa0123456>]  [<ffffffffa0123456>] arc_evict.isra.5+0x10/0x300 [zfs]")
          ->frame);
  const std::string now = make_signature(
      "kernel-bug", frames({" zvol_write.constprop.0+0x90/0xc0 [zfs 1234567890]", " __x64_sys_write+0x19/0x20"}),
      parse_trace_line("RIP: 0010:arc_evict+0x18/0x340 [zfs]")->frame);
  EXPECT_EQ(old, now);
  EXPECT_TRUE(now.starts_with("kernel-bug-arc_evict-")) << now;
}

TEST(Signature, TellsApartCallersAndKinds) {
  const auto position = parse_trace_line("RIP: 0010:common+0x1/0x2")->frame;
  const std::string a = make_signature("oops", frames({" first+0x1/0x2"}), position);
  EXPECT_NE(a, make_signature("oops", frames({" second+0x1/0x2"}), position));
  EXPECT_NE(a, make_signature("warning", frames({" first+0x1/0x2"}), position));
  EXPECT_TRUE(make_signature("oops", {}).starts_with("oops-unknown-"));
}

TEST(Signature, OfAbrtIsOverSixReliableFrames) {
  const auto six = frames({" a+0x1/0x2", " ? x+0x1/0x2", " b+0x1/0x2", " c+0x1/0x2", " d+0x1/0x2", " e+0x1/0x2",
                           " f+0x1/0x2", " g+0x1/0x2"});
  // printf 'a\nb\nc\nd\ne\nf\n' | sha1sum
  EXPECT_EQ(abrt_signature(six), "450363db7bf615005c6bcba32f3e193117a5198b");
  EXPECT_EQ(abrt_signature(frames({" ? x+0x1/0x2"})), "");
}

TEST(Signature, OfChromeOsFollowsItsDefinition) {
  EXPECT_EQ(chromeos_signature("<4>[ 6066.829029]  [<790340af>] __do_softirq+0xa6/0x143\n", Arch::X86_64),
            "kernel-__do_softirq-83615F0A");
  EXPECT_EQ(chromeos_signature("<6>[ 1.000000] nothing\n", Arch::X86_64), "kernel-UnspecifiedStackSignature");
  EXPECT_EQ(chromeos_signature("<0>[    1.000000] RIP: 0010:arc_evict+0x1/0x2\n"
                               "<4>[    1.000001] Call Trace:\n"
                               "<4>[    1.000002]  ? noise+0x1/0x2\n"
                               "<4>[    1.000003]  __do_softirq+0x1/0x2\n",
                               Arch::X86_64),
            "kernel-arc_evict-83615F0A");
}

}  // namespace
}  // namespace inquest::crashtext
