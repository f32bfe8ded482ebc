#include "crashtext/shared_prefix.h"

#include <array>

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(SharedPrefix, IsWhatTwoLinesBeginWith) {
  struct Case {
    std::string_view before;  // the header
    std::string_view second;
    std::string_view third;
    std::string_view expected;  // of the third line
  };
  constexpr auto kCases = std::to_array<Case>({
      {"[06:01:02] ", "[06:01:02] #PF: supervisor", "[06:01:03]  f+0x1/0x2", " f+0x1/0x2"},
      {"node-7: ", "node-7: #PF: supervisor", "node-7: Code: 89 e5", "Code: 89 e5"},
      {"pve1 | watchdog: ", "pve1 | CPU: 1 PID: 2", "pve1 |  f+0x1/0x2", " f+0x1/0x2"},
      {"console.log:99:", "console.log:100:Oops: 0000", "console.log:101: f+0x1/0x2", " f+0x1/0x2"},
      {"   0.000123 ", "   0.000129 CPU: 1", "  12.000123  f+0x1/0x2", " f+0x1/0x2"},
      {"[Fri Nov 21 06:01:02 2026]", "[Fri Nov 21 06:01:02 2026]CPU: 1", "[Fri Nov 21 06:01:02 2026] f+0x1/0x2",
       " f+0x1/0x2"},
      {"@400000006740c3a22b1f4a1c ", "@400000006740c3a22b1f4a2d CPU: 1", "@400000006740c3a22b1f4b00 Code:", "Code:"},
      {"rcu: ", "rcu: \t0-...!: (1 GPs behind)", "rcu: rcu_sched kthread starved", "rcu: rcu_sched kthread starved"},
      {"pve1 | rcu: ", "pve1 | rcu: \t0-...!: (1 GPs behind)", "pve1 | rcu: x", "rcu: x"},
      {"acme: ", "CPU: 1 PID: 2", "acme: something", "acme: something"},
      {"watchdog: ", "CPU: 1 PID: 2", "watchdog: something", "watchdog: something"},
      {"    ", "    CPU: 1", "     f+0x1/0x2", "     f+0x1/0x2"},
      {"[06:01:02] ", "[06:01:02] CPU: 1", "f+0x1/0x2", "f+0x1/0x2"},
  });
  for (const Case& c : kCases) {
    SharedPrefix prefix;
    prefix.suppose(c.before);
    (void)prefix.strip(c.second);
    EXPECT_EQ(prefix.strip(c.third), c.expected) << c.third;
  }
}

TEST(SharedPrefix, IsGoneWhenForgotten) {
  SharedPrefix prefix;
  EXPECT_EQ(prefix.strip("[06:01:02] CPU: 1"), "[06:01:02] CPU: 1");
  prefix.suppose("[06:01:02] ");
  EXPECT_EQ(prefix.strip("[06:01:02] CPU: 1"), "CPU: 1");
  prefix.forget();
  EXPECT_EQ(prefix.strip("[06:01:02] CPU: 1"), "[06:01:02] CPU: 1");
}

}  // namespace
}  // namespace inquest::crashtext
