#include "crashtext/culprit.h"

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

TEST(Culprit, IsWhereTheProcessorWas) {
  const auto trace = frames({" caller+0x1/0x2", " __x64_sys_read+0x1/0x2"});
  const Culprit culprit = choose_culprit(trace, parse_trace_line("RIP: 0010:arc_evict.isra.0+0x10/0x20 [zfs]")->frame);
  EXPECT_EQ(culprit.function, "arc_evict");
  EXPECT_EQ(culprit.module, "zfs");
}

TEST(Culprit, IsTheCallerOfAHelper) {
  const auto trace =
      frames({" ? noise+0x1/0x2", " dump_stack+0x1/0x2", " mvs_slot_free+0x1/0x2 [mvsas]", " tasklet+0x1/0x2"});
  const Culprit culprit = choose_culprit(trace, parse_trace_line("RIP: 0010:__list_del_entry_valid+0x1/0x2")->frame);
  EXPECT_EQ(culprit.function, "mvs_slot_free");
  EXPECT_EQ(culprit.module, "mvsas");
  EXPECT_EQ(culprit.reason, "it called __list_del_entry_valid, which only shows its caller's mistake");
}

TEST(Culprit, IsNeverUserSpace) {
  const auto trace = frames({" __x64_sys_ioctl+0x1/0x2"});
  EXPECT_EQ(choose_culprit(trace, parse_trace_line("RIP: 0033:0x7f1234567890")->frame).function, "sys_ioctl");
}

TEST(Culprit, TakesAnUnreliableFrameOnlyWhereThereIsNoOther) {
  const Culprit culprit = choose_culprit(frames({" ? first+0x1/0x2", " panic+0x1/0x2"}));
  EXPECT_EQ(culprit.function, "first");
  EXPECT_NE(culprit.reason.find("unreliable"), std::string::npos);
  EXPECT_EQ(choose_culprit({}), Culprit{});
}

}  // namespace
}  // namespace inquest::crashtext
