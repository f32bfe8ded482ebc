#include "reason/bmc_clock.h"

#include <gmock/gmock.h>

#include "reason/align.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using testing::CaseBuilder;
using ::testing::HasSubstr;
using testing::utc;

class BmcClock : public ::testing::Test {
 protected:
  BmcClock() {
    host_ =
        b_.stream("syslog", "syslog", model::ClockDomain::Utc, model::Channel::Disk, model::Watch::KernelLog, "node-a");
  }

  model::StreamId controller(model::ClockDomain clock = model::ClockDomain::LocalWall) {
    return b_.stream("sel.txt", "bmc", clock, model::Channel::Management, model::Watch::Nothing, "node-a");
  }
  // What is said, with local times read as if they were UTC.
  std::vector<model::Statement> compare() {
    model::Case& c = b_.built();
    Options options;
    options.zone = Zone{};
    const Names names(c, options);
    align_clocks(c, options, names);
    return compare_bmc_clocks(c);
  }
  void panic(std::string_view time) {
    b_.line(host_, utc(time), "kernel", "Kernel panic - not syncing: Fatal exception");
  }
  void banner(std::string_view time) { b_.line(host_, utc(time), "kernel", "Linux version 6.1.0 (a@b) #1 SMP"); }

  CaseBuilder b_;
  model::StreamId host_ = 0;
};

TEST_F(BmcClock, IsCorrectedByWhatTheHostRecordedToo) {
  panic("2026-01-31T22:16:58Z");
  banner("2026-01-31T22:20:00Z");
  const auto sel = controller();
  // 61 minutes ahead: an hour of zone, and a minute of drift.
  const auto event =
      b_.line(sel, utc("2026-01-31T23:17:58Z"), "bmc", "OS Stop/Shutdown #0x00 | Run-time critical stop | Asserted");
  b_.line(sel, utc("2026-01-31T23:19:30Z"), "bmc", "System ACPI Power State #0x01 | S0/G0: working | Asserted");
  const auto said = compare();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0].text, HasSubstr("ahead of the host's: 2 of its events"));
  EXPECT_THAT(said[0].text, HasSubstr("its times are corrected"));
  EXPECT_EQ(said[0].cites.size(), 4U);
  const auto when = b_.built().when(event);
  ASSERT_TRUE(when);
  EXPECT_LE(when->earliest, utc("2026-01-31T22:16:58Z"));
  EXPECT_GE(when->latest, utc("2026-01-31T22:16:58Z"));
}

TEST_F(BmcClock, IsSaidToAgreeWhereItDoes) {
  panic("2026-01-31T22:16:58Z");
  banner("2026-01-31T22:20:00Z");
  const auto sel = controller(model::ClockDomain::Utc);
  b_.line(sel, utc("2026-01-31T22:16:59Z"), "bmc", "OS Critical Stop | Run-time critical stop | Asserted");
  b_.line(sel, utc("2026-01-31T22:19:00Z"), "bmc", "System Boot Initiated | Initiated by power up | Asserted");
  const auto said = compare();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0].text, HasSubstr("agrees with the host's"));
}

TEST_F(BmcClock, IsNotCorrectedByOneEvent) {
  panic("2026-01-31T22:16:58Z");
  const auto sel = controller();
  const auto event =
      b_.line(sel, utc("2026-01-31T22:26:58Z"), "bmc", "OS Critical Stop | Run-time critical stop | Asserted");
  const auto said = compare();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0].text, HasSubstr("if the one event that both recorded is the same"));
  EXPECT_EQ(b_.built().when(event)->middle(), utc("2026-01-31T22:26:58Z"));
}

TEST_F(BmcClock, IsNotJudgedByABootAlone) {
  banner("2026-01-31T22:20:00Z");
  b_.line(controller(), utc("2026-01-31T22:19:00Z"), "bmc", "System Boot Initiated | Initiated by power up | Asserted");
  EXPECT_TRUE(compare().empty());
}

TEST_F(BmcClock, IsNotJudgedWhereTwoDifferencesServeEquallyWell) {
  panic("2026-01-31T22:16:58Z");
  panic("2026-01-30T22:16:58Z");
  b_.line(controller(), utc("2026-01-29T22:16:58Z"), "bmc", "OS Critical Stop | Run-time critical stop | Asserted");
  EXPECT_TRUE(compare().empty());
}

}  // namespace
}  // namespace inquest::reason
