#include "decode/rule_watch.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/intake.h"
#include "model/case.h"

namespace inquest::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

model::Case taken_in(std::string_view log, const std::string& name = "syslog") {
  model::Case out;
  take_in_bytes(log, name, out);
  return out;
}

// Each sign as "rule xCOUNT host: line line ... last".
std::vector<std::string> signs(const model::Case& c) {
  std::vector<std::string> out;
  for (const model::Sign& sign : c.signs) {
    std::string text = fmt::format("{} x{} {}:", sign.rule, sign.count, c.str(sign.host));
    for (const model::EventId event : sign.events)
      fmt::format_to(std::back_inserter(text), " {}", c.events[event].line);
    out.push_back(fmt::format("{} - {}", text, c.events[sign.last].line));
  }
  return out;
}

TEST(RuleWatch, KeepsWhichRuleFiredWhere) {
  const model::Case c = taken_in(
      "Feb  9 07:50:00 pve1 kernel: [  100.000001] EXAMPLE: all is well\n"
      "Feb  9 07:51:00 pve1 kernel: [  160.000001] BUG: unable to handle page fault for address: ffffb0a280c4f000\n"
      "Feb  9 07:51:00 pve1 kernel: [  160.000002] Kernel panic - not syncing: Fatal exception in interrupt\n"
      "Feb  9 07:51:01 pve1 bot[8]: Kernel panic - not syncing: said somebody\n");
  EXPECT_THAT(signs(c),
              ElementsAre("oops.page-fault x1 pve1: 2 - 2", "panic.fatal-exception-in-interrupt x1 pve1: 3 - 3"));
}

TEST(RuleWatch, CountsWhatComesAgainAndKeepsTheFirst) {
  std::string log;
  for (int i = 0; i < 20; ++i)
    log += fmt::format("Feb  9 07:50:{:02} pve1 kernel: EDAC MC0: 1 CE memory read error on DIMM_A1 (channel:0)\n", i);
  EXPECT_THAT(signs(taken_in(log)), ElementsAre("edac.ce x20 pve1: 1 2 3 4 5 6 7 8 - 20"));
}

TEST(RuleWatch, AnotherHostBootOrHourIsAnotherSign) {
  const std::string_view error = "EDAC MC0: 1 CE memory read error on DIMM_A1 (channel:0)";
  const std::string log = fmt::format(
      "Feb  9 07:50:00 pve1 kernel: {0}\n"
      "Feb  9 07:50:01 pve2 kernel: {0}\n"
      "Feb  9 08:40:01 pve1 kernel: {0}\n"
      "Feb  9 09:45:01 pve1 kernel: {0}\n"
      "Feb  9 09:46:01 pve1 kernel: Linux version 6.1.0-9-amd64 (builder) #1 SMP\n"
      "Feb  9 09:46:02 pve1 kernel: {0}\n",
      error);
  EXPECT_THAT(signs(taken_in(log)), ElementsAre("edac.ce x2 pve1: 1 3 - 3", "edac.ce x1 pve2: 2 - 2",
                                                "edac.ce x1 pve1: 4 - 4", "edac.ce x1 pve1: 6 - 6"));
}

TEST(RuleWatch, FindsSignsAcrossBatches) {
  std::string log;
  for (int i = 0; i < 20'000; ++i)
    log += fmt::format("Feb  9 07:50:{:02} pve1 kernel: usb 1-1: device {} is still here, and well\n", i / 400, i);
  log += "Feb  9 07:51:00 pve1 kernel: Kernel panic - not syncing: Fatal exception";
  EXPECT_THAT(signs(taken_in(log)), ElementsAre("panic.fatal-exception x1 pve1: 20001 - 20001"));
}

TEST(RuleWatch, ReadsAConsoleThatNobodySigned) {
  const model::Case c = taken_in(
      "[    0.000000] Linux version 6.1.0-9-amd64 (builder) #1 SMP\n[    1.5] a line\n"
      "[  812.001234] Kernel panic - not syncing: Fatal exception\n",
      "console.log");
  EXPECT_THAT(signs(c), ElementsAre("panic.fatal-exception x1 : 3 - 3"));
}

TEST(RuleWatch, StopsAtSomeNumber) {
  std::string log;
  for (int i = 0; i < 10'050; ++i)
    log += fmt::format("Feb  9 07:50:00 host{} kernel: EDAC MC0: 1 CE memory read error on DIMM_A1 (channel:0)\n", i);
  const model::Case c = taken_in(log);
  EXPECT_EQ(c.signs.size(), RuleWatch::kMostSigns);
  ASSERT_FALSE(c.evidence[0].diagnostics.empty());
  EXPECT_EQ(c.evidence[0].diagnostics.back().count, 50);
}

TEST(RuleWatch, ListensOnlyToWhomRulesAreAbout) {
  model::Case c;
  const RuleWatch watch(c, nullptr);
  EXPECT_TRUE(watch.listens_to("kernel"));
  EXPECT_TRUE(watch.listens_to("bmc"));
  EXPECT_FALSE(watch.listens_to("sshd"));
}

}  // namespace
}  // namespace inquest::decode
