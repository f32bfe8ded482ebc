#include "reason/death.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using inquest::testing::CaseBuilder;
using inquest::testing::utc;
using model::Channel;
using model::ClockDomain;
using model::StreamId;
using model::Watch;
using ::testing::HasSubstr;

constexpr Watch kSystem = Watch::KernelLog | Watch::SystemLog | Watch::Shutdown;

struct Log {
  CaseBuilder& build;
  StreamId id;

  Log(CaseBuilder& builder, const char* host, ClockDomain clock = ClockDomain::Utc)
      : build(builder), id(builder.stream(std::string(host) + ".log", "syslog", clock, Channel::Disk, kSystem, host)) {}
  void boot(const char* time, const char* command_line = "ro quiet") {
    build.line(id, utc(time), "kernel", "Linux version 6.8.12 (x) #1");
    build.line(id, utc(time), "kernel", std::string("Command line: ") + command_line);
  }
  void say(const char* time, const char* ident, const char* message) { build.line(id, utc(time), ident, message); }
};

TEST(Deaths, APersonsWordFromBeforeABootIsOfTheDeathBeforeIt) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T00:00:00Z");
  log.say("2026-05-02T10:00:00Z", "cron", "tick");
  log.boot("2026-05-02T12:00:00Z");
  log.say("2026-05-09T03:00:00Z", "cron", "tick");
  log.boot("2026-05-09T05:00:00Z");
  build.observation("hard-reset", "by hand", utc("2026-05-02T11:59:00Z"), "node-a");
  build.observation("screen-frozen", "frozen", utc("2026-05-09T04:00:00Z"), "node-a");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 2U);
  EXPECT_EQ(format_utc(*inquiry.incidents[1].death.after), "2026-05-09T03:00:00Z");
  EXPECT_EQ(format_utc(*inquiry.incidents[1].death.before), "2026-05-09T04:00:00Z");
  EXPECT_TRUE(inquiry.incidents[1].contradictions.empty());
}

TEST(Deaths, WhoLosesAllPeersAtOnceWasCutOffItself) {
  CaseBuilder build;
  Log log(build, "node-c");
  log.boot("2026-05-01T00:00:00Z");
  build.fact("corosync.node.1", "node-a");
  build.fact("corosync.node.2", "node-b");
  log.say("2026-05-01T01:00:00Z", "corosync", "[KNET  ] host: host: 1 has no active links");
  log.say("2026-05-01T01:00:01Z", "corosync", "[KNET  ] host: host: 2 has no active links");
  EXPECT_TRUE(investigate(build.built(), {}).incidents.empty());
  // Another peer that lost one of them is a second word for it.
  Log other(build, "node-b");
  other.say("2026-05-01T01:00:01Z", "corosync", "[KNET  ] host: host: 1 has no active links");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].host, "node-a");
}

TEST(Deaths, ACrashKernelsRunIsNoneOfItsOwn) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T00:00:00Z");
  log.say("2026-05-01T01:00:00Z", "cron", "tick");
  log.boot("2026-05-01T01:00:10Z", "ro elfcorehdr=0x2d000000");
  log.say("2026-05-01T01:00:40Z", "kdump", "saving vmcore complete");
  log.boot("2026-05-01T01:05:00Z");
  log.say("2026-05-01T01:06:00Z", "cron", "tick");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "kernel-panic");
  EXPECT_EQ(format_utc(*inquiry.incidents[0].reset.before), "2026-05-01T01:05:00Z");
}

TEST(Deaths, AnUndatedPanicIsOfTheBootThatEndedAtItsUptime) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T00:00:00Z");
  log.say("2026-05-01T09:59:00Z", "cron", "tick");
  log.boot("2026-05-01T10:05:00Z");
  log.say("2026-05-01T10:30:00Z", "cron", "tick");
  const StreamId console = build.stream("console.txt", "console", ClockDomain::Monotonic, Channel::Console,
                                        Watch::KernelLog | Watch::PanicCapture, "node-a");
  build.line(console, 36'000 * kSecond, "kernel", "Kernel panic - not syncing: Fatal machine check");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "machine-check");
  EXPECT_LE(inquiry.incidents[0].death.after->ns, utc("2026-05-01T10:00:00Z"));
  EXPECT_GE(inquiry.incidents[0].death.before->ns, utc("2026-05-01T09:58:00Z"));
}

TEST(Deaths, ALocalLogIsPlacedWhereItsSilenceMeetsThePeersLoss) {
  CaseBuilder build;
  Log log(build, "node-a", ClockDomain::LocalWall);
  log.boot("2026-05-01T09:00:00Z");  // CEST
  log.say("2026-05-01T12:00:00Z", "cron", "tick");
  log.boot("2026-05-01T12:04:00Z");
  Log peer(build, "node-b");
  build.fact("corosync.node.1", "node-a");
  peer.say("2026-05-01T10:00:05Z", "corosync", "[KNET  ] host: host: 1 has no active links");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.after), "2026-05-01T10:00:00Z");
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.before), "2026-05-01T10:00:05Z");
}

TEST(Deaths, ABootThatStopsInAnEmergencyShellIsAFailure) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T09:00:00Z");
  const auto shell =
      build.line(log.id, utc("2026-05-01T09:00:20Z"), "systemd", "Reached target emergency.target - Emergency Mode.");
  build.built().signs.push_back({"boot.emergency-mode", log.id, 0, {shell}, shell, 1});
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "boot-failure");
  EXPECT_THAT(inquiry.incidents[0].title, HasSubstr("did not come up"));
}

TEST(Deaths, ABootThatGoesOnIsNoFailure) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T09:00:00Z");
  const auto shell =
      build.line(log.id, utc("2026-05-01T09:00:20Z"), "systemd", "Timed out waiting for device /dev/sdb1.");
  build.built().signs.push_back({"boot.emergency-mode", log.id, 0, {shell}, shell, 1});
  log.say("2026-05-01T10:00:00Z", "cron", "tick");
  EXPECT_TRUE(investigate(build.built(), {}).incidents.empty());
}

TEST(Deaths, StableIsSaidTooEarlyOnTheSameDay) {
  CaseBuilder build;
  Log log(build, "node-a");
  log.boot("2026-05-01T00:00:00Z");
  log.say("2026-05-08T10:00:00Z", "cron", "tick");
  log.boot("2026-05-08T10:05:00Z");
  log.say("2026-05-08T14:00:00Z", "cron", "tick");
  build.observation("change", "swapped the power supply", utc("2026-05-08T10:30:00Z"), "node-a");
  build.observation("note", "stable since", utc("2026-05-08T18:00:00Z"), "node-a");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& incident = inquiry.incidents[0];
  ASSERT_EQ(incident.contradictions.size(), 1U);
  EXPECT_EQ(incident.contradictions[0].id, "stable-too-early");
  ASSERT_EQ(incident.mitigations.size(), 1U);
  EXPECT_THAT(incident.mitigations[0].judgement, HasSubstr("too early"));
}

}  // namespace
}  // namespace inquest::reason
