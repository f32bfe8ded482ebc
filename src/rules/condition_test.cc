#include "rules/condition.h"

#include <gtest/gtest.h>

#include "rules/stated_world.h"

namespace inquest::rules {
namespace {

std::vector<Term> terms(std::initializer_list<std::string_view> texts) {
  std::vector<Term> out;
  for (const std::string_view text : texts) out.push_back(Term::parse(text).value());
  return out;
}

TEST(Condition, JoinsItsTerms) {
  const StatedWorld world(terms({"class silent-hang", "fact kernel.cmdline = quiet pcie_aspm=off",
                                 "feature uptime-at-death = 1800", "rule pcie.aer-fatal"}));
  EXPECT_TRUE(holds({.all = terms({"class silent-hang", "fact kernel.cmdline ~ pcie_aspm"})}, world));
  EXPECT_FALSE(holds({.all = terms({"class silent-hang", "rule panic.generic"})}, world));
  EXPECT_TRUE(holds({.any = terms({"rule panic.generic", "feature uptime-at-death < 3600"})}, world));
  EXPECT_FALSE(holds({.any = terms({"rule panic.generic", "feature uptime-at-death > 3600"})}, world));
  EXPECT_FALSE(holds({.all = terms({"class silent-hang"}), .none = terms({"rule pcie.aer-fatal"})}, world));
  EXPECT_TRUE(holds({.all = terms({"class silent-hang"}), .none = terms({"rule panic.generic"})}, world));
}

TEST(Condition, TellsOnWhatItRests) {
  const StatedWorld world(terms({"fact a = 1", "fact b = 2", "fact b = 3"}));
  const Condition condition{.all = terms({"fact b > 2"}), .any = terms({"fact a", "fact c"})};
  const Judgement judgement = judge(condition, world);
  ASSERT_TRUE(judgement.holds);
  ASSERT_EQ(judgement.grounds.size(), 2);
  EXPECT_EQ(judgement.grounds[0].term, &condition.all[0]);
  EXPECT_EQ(judgement.grounds[0].answer.value, "3");
  EXPECT_EQ(judgement.grounds[0].answer.handle, 2);
  EXPECT_EQ(judgement.grounds[1].term, &condition.any[0]);
}

TEST(Condition, WhatIsNotKnownSatisfiesNothing) {
  const StatedWorld world(terms({"fact console = tty0", "fact console = ttyS0"}));
  EXPECT_FALSE(holds({.all = terms({"fact serial != none"})}, world));
  EXPECT_FALSE(holds({.all = terms({"fact console != tty0"})}, world)) << "one of the two is tty0";
  EXPECT_TRUE(holds({.all = terms({"fact console != hvc0"})}, world));
  EXPECT_TRUE(holds({.none = terms({"fact serial"})}, world));
}

}  // namespace
}  // namespace inquest::rules
