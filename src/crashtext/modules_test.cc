#include "crashtext/modules.h"

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(ModuleList, ReadsFlagsAndTheLastUnloaded) {
  ModuleList list;
  EXPECT_TRUE(list.read("Modules linked in: zfs(PO) nvidia(POE+) snd-hda e1000e(-) [last unloaded: nf_tables(OE)]"));
  ASSERT_EQ(list.modules().size(), 4U);
  EXPECT_EQ(list.modules()[0], (Module{"zfs", "PO"}));
  EXPECT_EQ(list.modules()[1], (Module{"nvidia", "POE", true}));
  EXPECT_EQ(list.modules()[3], (Module{"e1000e", "", false, true}));
  ASSERT_EQ(list.unloaded().size(), 1U);
  EXPECT_EQ(list.unloaded()[0], (Module{"nf_tables", "OE"}));
  EXPECT_FALSE(list.read(" ptp"));
  EXPECT_NE(list.find("zfs"), nullptr);
  EXPECT_EQ(list.find("ptp"), nullptr);
}

TEST(ModuleList, GoesOnInWrappedLines) {
  ModuleList list;
  EXPECT_TRUE(list.read("Modules linked in: a b"));
  EXPECT_TRUE(list.read(" c d(E)"));
  EXPECT_FALSE(list.read("CPU: 1 PID: 42 Comm: kswapd0 Not tainted 5.1.0 #1"));
  EXPECT_FALSE(list.read("e"));
  EXPECT_EQ(list.modules().size(), 4U);
  EXPECT_FALSE(list.truncated());
}

TEST(ModuleList, EndsAtAStacksContents) {
  ModuleList list;
  EXPECT_TRUE(list.read("Modules linked in: a b"));
  EXPECT_FALSE(list.read(" 0000000000000009 ffff88022259da58"));
  EXPECT_EQ(list.modules().size(), 2U);
}

TEST(ModuleList, MayBeEmptyOrAbsent) {
  ModuleList list;
  EXPECT_FALSE(list.read("zfs"));
  EXPECT_FALSE(list.seen());
  EXPECT_TRUE(list.read("Modules linked in:"));
  EXPECT_TRUE(list.seen());
  EXPECT_TRUE(list.modules().empty());
}

TEST(ModuleList, SaysWhereItWasCut) {
  ModuleList list;
  EXPECT_TRUE(list.read("Modules linked in: a b(P [last unloaded: c"));
  EXPECT_TRUE(list.truncated());
  EXPECT_EQ(list.modules().size(), 2U);
  EXPECT_EQ(list.unloaded().size(), 1U);
}

}  // namespace
}  // namespace inquest::crashtext
