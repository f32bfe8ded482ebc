#include "reason/investigate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using inquest::testing::CaseBuilder;
using inquest::testing::utc;
using model::BootEnd;
using model::Channel;
using model::ClockDomain;
using model::Normality;
using model::StreamId;
using model::Watch;
using ::testing::HasSubstr;

constexpr Watch kConsole = Watch::KernelLog | Watch::Shutdown | Watch::PanicCapture;
constexpr Watch kSystem = Watch::KernelLog | Watch::SystemLog | Watch::Shutdown;

// A node that goes silent at 15:54:50Z and is back with an uptime of 1,089 s at 19:12:00Z.
struct SilentNode {
  CaseBuilder build;
  StreamId figures = build.stream("uptime.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Liveness);

  SilentNode() {
    for (int i = 9; i >= 0; --i) {
      build.sample(figures, "node-a", "system", "uptime", utc("2026-02-09T15:54:50Z") - i * 10 * kSecond,
                   202913 - i * 10);
    }
    build.sample(figures, "node-a", "system", "uptime", utc("2026-02-09T19:12:00Z"), 1089);
  }
  void peer(std::string_view path = "peer.log") {
    const StreamId log = build.stream(path, "syslog", ClockDomain::LocalWall, Channel::Disk, Watch::Cluster, "node-b");
    build.built().streams[log].yearless = true;
    build.line(log, utc("2000-02-09T07:55:07Z"), "corosync", "[KNET  ] host: host: 1 has no active links");
    build.fact("corosync.node.1", "node-a");
  }
  void cpu(std::initializer_list<double> last_minute) {
    const StreamId csv = build.stream("cpu.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Metrics);
    for (int i = 0; i < 24; ++i) {
      build.sample(csv, "node-a", "cpu", "usage_idle", utc("2026-02-09T15:50:00Z") + i * 10 * kSecond,
                   i % 2 == 0 ? 99.80 : 99.82);
    }
    build.samples(csv, "node-a", "cpu", "usage_idle", utc("2026-02-09T15:54:00Z"), 10 * kSecond, last_minute);
  }
  model::Inquiry run(Options options = {}) { return investigate(build.built(), options); }
};

bool has_blind_spot(const model::Incident& incident, std::string_view id) {
  return std::ranges::any_of(incident.blind_spots, [&](const auto& spot) { return spot.id == id; });
}

TEST(Investigate, JoinsThePartsOfADumpAndPlacesThemByItsName) {
  CaseBuilder build;
  const auto part = [&](std::string_view path) {
    const StreamId stream = build.stream(path, "pstore", ClockDomain::Monotonic, Channel::Disk,
                                         Watch::KernelLog | Watch::PanicCapture, "node-a");
    build.built().streams[stream].dump = build.built().strings.intern("Panic#1");
    return stream;
  };
  const StreamId newest = part("dmesg-efi-170000000001001");
  build.line(newest, 3098 * kSecond, "kernel", "Kernel panic - not syncing: Fatal exception");
  build.built().landmarks.push_back({model::LandmarkKind::DumpWritten, 0, 0, utc("2023-11-14T22:13:20Z")});
  const StreamId older = part("dmesg-efi-170000000002001");
  build.line(older, 3051 * kSecond, "kernel", "sd 2:0:0:0: [sdb] Synchronizing SCSI cache");
  const model::Inquiry inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.hosts.size(), 1U);
  ASSERT_EQ(inquiry.hosts[0].boots.size(), 1U);
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_LE(inquiry.incidents[0].death.after->ns, utc("2023-11-14T22:13:20.5Z"));
  EXPECT_GE(inquiry.incidents[0].death.before->ns, utc("2023-11-14T22:13:20.5Z"));
}

TEST(Investigate, BoundsADeathByTheLastFigureAndThePeersWord) {
  SilentNode node;
  node.peer();
  node.build.fact("timezone", "America/Los_Angeles");
  node.build.observation("console-dead", "no reaction to the keyboard", {}, "node-a");
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& incident = inquiry.incidents[0];
  EXPECT_EQ(incident.host, "node-a");
  EXPECT_EQ(incident.incident_class, "silent-hang");
  EXPECT_EQ(format_utc(*incident.death.after), "2026-02-09T15:54:50Z");
  EXPECT_EQ(format_utc(*incident.death.before), "2026-02-09T15:55:07Z");
  EXPECT_EQ(format_utc(*incident.reset.after), "2026-02-09T18:53:51Z");
  EXPECT_EQ(format_utc(*incident.reset.before), "2026-02-09T18:53:51Z");
  EXPECT_EQ(incident.verdict.size(), 3U);
  for (const auto& line : incident.verdict) EXPECT_FALSE(line.cites.empty()) << line.text;
}

TEST(Investigate, TakesASilenceThatARecorderNoticedForAHangUntilSomethingTellsMore) {
  for (const bool off : {false, true}) {
    SilentNode node;
    node.peer();
    node.build.fact("timezone", "America/Los_Angeles");
    node.build.observation("unreachable", "nothing of it arrived any more", utc("2026-02-09T15:55:00Z"), "node-a");
    node.build.built().observations.back().sense = "recorder";
    if (off) node.build.observation("powered-off", "its lights were off", {}, "node-a");
    const auto inquiry = node.run();
    ASSERT_EQ(inquiry.incidents.size(), 1U);
    EXPECT_EQ(inquiry.incidents[0].incident_class, off ? "power-loss" : "silent-hang");
    ASSERT_FALSE(inquiry.incidents[0].class_reasons.empty());
    EXPECT_FALSE(inquiry.incidents[0].class_reasons[0].cites.empty());
  }
}

TEST(Investigate, MergesWitnessesOfOneNetworkIntoOnePath) {
  SilentNode node;
  node.peer();
  node.build.fact("timezone", "America/Los_Angeles");
  node.build.observation("switch-port-idle", "no traffic on the port", {}, "node-a");
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  for (const auto& witness : inquiry.incidents[0].witnesses)
    EXPECT_EQ(witness.path, "network of node-a") << witness.name;
  EXPECT_TRUE(has_blind_spot(inquiry.incidents[0], "one-network-path"));
}

TEST(Investigate, InfersTheZoneFromThePeersLossButSaysSo) {
  SilentNode node;
  node.peer();
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.before), "2026-02-09T15:55:07Z");
  EXPECT_TRUE(std::ranges::any_of(inquiry.assumptions, [](const auto& s) {
    return s.text.find("as UTC-08:00, which is inferred") != std::string::npos;
  }));
}

TEST(Investigate, ClaimsNoHangWithoutAWordOnTheConsole) {
  SilentNode node;
  node.peer();
  node.build.fact("timezone", "America/Los_Angeles");
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "unknown");
}

TEST(Investigate, BoundsASilenceWithoutPeersByWhatTheRecorderShouldHaveHad) {
  SilentNode node;
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  // The next sample was due 10 s later, and had 10 s to be sent.
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.before), "2026-02-09T15:55:10Z");
  EXPECT_THAT(inquiry.incidents[0].witnesses[0].text, HasSubstr("if what receives them was running"));
}

TEST(Investigate, DegradesToThePeersWordWithoutFigures) {
  CaseBuilder build;
  const StreamId log = build.stream("peer.log", "syslog", ClockDomain::Utc, Channel::Disk, Watch::Cluster, "node-b");
  build.line(log, utc("2026-02-09T15:55:07Z"), "corosync", "[KNET] host: host: 1 has no active links");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].host, "corosync node 1");
  EXPECT_FALSE(inquiry.incidents[0].death.after);
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.before), "2026-02-09T15:55:07Z");
  EXPECT_FALSE(inquiry.incidents[0].reset.before);
}

TEST(Investigate, ALinkThatComesBackIsNoDeath) {
  CaseBuilder build;
  const StreamId log = build.stream("peer.log", "syslog", ClockDomain::Utc, Channel::Disk, Watch::Cluster, "node-b");
  build.line(log, utc("2026-02-09T15:55:07Z"), "corosync", "[KNET  ] host: host: 1 has no active links");
  build.line(log, utc("2026-02-09T15:55:20Z"), "corosync", "[KNET  ] rx: host: 1 link: 0 is up");
  const auto inquiry = investigate(build.built(), {});
  EXPECT_TRUE(inquiry.incidents.empty());
  EXPECT_FALSE(inquiry.notes.empty());
}

TEST(Investigate, FindsNormalFiguresNormalAndNamesTheMissingOnes) {
  SilentNode node;
  node.cpu({99.81, 99.80, 99.82, 99.79, 99.81, 99.80});
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& baselines = inquiry.incidents[0].baselines;
  ASSERT_EQ(baselines[0].subsystem, "cpu");
  EXPECT_EQ(baselines[0].verdict, Normality::Normal);
  EXPECT_TRUE(std::ranges::any_of(
      baselines, [](const auto& b) { return b.subsystem == "disk" && b.verdict == Normality::NoFigures; }));
  EXPECT_THAT(inquiry.incidents[0].verdict[1].text, HasSubstr("No anomaly in CPU"));
}

TEST(Investigate, FindsAFigureThatLeftItsRange) {
  SilentNode node;
  node.cpu({12, 11, 9, 8, 8, 7});
  const auto inquiry = node.run();
  EXPECT_EQ(inquiry.incidents[0].baselines[0].verdict, Normality::Anomalous);
}

TEST(Investigate, SaysWhenThereAreTooFewFiguresToJudge) {
  SilentNode node;
  const StreamId csv = node.build.stream("mem.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Metrics);
  node.build.samples(csv, "node-a", "mem", "used_percent", utc("2026-02-09T15:54:00Z"), 10 * kSecond,
                     {7.4, 7.4, 7.4, 7.4, 7.4});
  const auto inquiry = node.run();
  EXPECT_TRUE(std::ranges::any_of(inquiry.incidents[0].baselines, [](const auto& b) {
    return b.subsystem == "memory" && b.verdict == Normality::TooFewSamples;
  }));
}

TEST(Investigate, ExplainsAJournalGapThatOneCrashCannotMake) {
  SilentNode node;
  node.build.observation("log-ends", "journalctl -b -1 ends on January 31", utc("2026-01-31"), "node-a");
  node.build.built().observations.back().precision = Precision::Day;
  node.build.observation("note", "log2ram keeps /var/log in memory", {}, "node-a");
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  ASSERT_EQ(inquiry.incidents[0].gaps.size(), 1U);
  const auto& gap = inquiry.incidents[0].gaps[0];
  EXPECT_EQ(format_utc(*gap.span.after), "2026-01-31");
  EXPECT_THAT(gap.text, HasSubstr("one crash explains a day at most"));
  EXPECT_THAT(gap.text, HasSubstr("The boot that died began on 2026-02-07T07:32:57Z"));
}

TEST(Investigate, AQuickRebootInFiguresAloneIsNoDeath) {
  CaseBuilder build;
  const StreamId csv = build.stream("uptime.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Liveness);
  build.samples(csv, "node-a", "system", "uptime", utc("2026-02-09T10:00:00Z"), 10 * kSecond, {5000, 5010, 5020, 5030});
  build.samples(csv, "node-a", "system", "uptime", utc("2026-02-09T10:02:00Z"), 10 * kSecond, {40, 50, 60});
  const auto inquiry = investigate(build.built(), {});
  EXPECT_TRUE(inquiry.incidents.empty());
  ASSERT_EQ(inquiry.hosts.size(), 1U);
  EXPECT_EQ(inquiry.hosts[0].boots.size(), 2U);
}

// A serial console over two boots.
struct Console {
  CaseBuilder build;
  StreamId first = build.stream("serial.log", "console", ClockDomain::Monotonic, Channel::Console, kConsole);
  StreamId second = 0;

  Console() {
    build.line(first, 0, "kernel", "Linux version 6.1.0-56-amd64 (a@b) #1 SMP");
    build.line(first, 1'759'158'000, "kernel",
               "rtc_cmos 00:05: setting system clock to 2026-11-21T00:04:32 UTC (1795219472)");
  }
  void reboot() {
    second = build.stream_beside(first);
    build.line(second, 0, "kernel", "Linux version 6.1.0-56-amd64 (a@b) #1 SMP");
    build.line(second, 1'852'819'000, "kernel",
               "rtc_cmos 00:05: setting system clock to 2026-11-21T00:04:58 UTC (1795219498)");
  }
  model::Inquiry run() { return investigate(build.built(), {}); }
};

TEST(Investigate, APanicOnTheConsoleIsTheDeath) {
  Console console;
  console.build.line(console.first, 13'386'136'000, "kernel", "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:");
  console.build.line(console.first, 13'389'965'000, "kernel", "Kernel panic - not syncing: RCU Stall");
  console.build.line(console.first, 13'389'965'000, "kernel", "---[ end Kernel panic - not syncing: RCU Stall ]---");
  console.reboot();
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& incident = inquiry.incidents[0];
  EXPECT_EQ(incident.incident_class, "rcu-stall");
  // 00:04:32.5 at 1.759 s means 00:04:44.13 at 13.390 s, give or take half a second.
  EXPECT_NEAR(static_cast<double>(incident.death.after->ns - utc("2026-11-21T00:04:44Z")) / kSecond, 0.13, 0.51);
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, BootEnd::Panicked);
  EXPECT_EQ(inquiry.hosts[0].boots[1].end, BootEnd::Unknown);
}

// A crash report as the decoders leave it, over events that are there.
model::Crash report(model::EventId first, model::EventId last, std::string title, model::CrashSeverity severity) {
  model::Crash crash;
  crash.first = first;
  crash.last = last;
  crash.title = std::move(title);
  crash.signature = "signature of " + crash.title;
  crash.severity = severity;
  return crash;
}

TEST(Investigate, APanicIsNamedAfterTheReportThatLedToIt) {
  Console console;
  auto& crashes = console.build.built().crashes;
  const auto hint =
      console.build.line(console.first, 9 * kSecond, "kernel", "nvme nvme0: I/O 1 QID 2 timeout, aborting");
  const auto bug = console.build.line(console.first, 10 * kSecond, "kernel", "BUG: kernel NULL pointer dereference");
  const auto panic =
      console.build.line(console.first, 13 * kSecond, "kernel", "Kernel panic - not syncing: Fatal exception");
  crashes.push_back(report(hint, hint, "NVME-TIMEOUT: nvme0", model::CrashSeverity::Error));
  crashes.push_back(report(bug, bug, "BUG: unable to handle it in tank_drain", model::CrashSeverity::Fatal));
  crashes.back().culprit_function = "tank_drain";
  crashes.back().culprit_module = "tank";
  crashes.push_back(report(panic, panic, "kernel panic: Fatal exception", model::CrashSeverity::Fatal));
  crashes.back().consequence_of = 1;
  console.reboot();
  const auto after = console.build.line(console.second, 3 * kSecond, "kernel", "mce: [Hardware Error]: Machine check");
  crashes.push_back(report(after, after, "HW-MCE: of the boot before", model::CrashSeverity::Fatal));
  crashes.back().previous_boot = true;

  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& incident = inquiry.incidents[0];
  EXPECT_EQ(incident.incident_class, "kernel-panic");
  EXPECT_THAT(incident.title, HasSubstr("kernel panic after BUG: unable to handle it in tank_drain"));
  EXPECT_EQ(incident.signature, "signature of BUG: unable to handle it in tank_drain");
  EXPECT_EQ(incident.culprit.function, "tank_drain");
  EXPECT_EQ(incident.culprit.module, "tank");
  std::vector<std::string> titles;
  for (const auto& each : incident.crashes) titles.push_back(each.crash.title);
  EXPECT_THAT(titles, ::testing::ElementsAre("BUG: unable to handle it in tank_drain", "kernel panic: Fatal exception",
                                             "HW-MCE: of the boot before", "NVME-TIMEOUT: nvme0"));
}

TEST(Investigate, AReportThatTwoLogsKeptIsOne) {
  Console console;
  const StreamId kept =
      console.build.stream("dmesg-ramoops-0", "pstore", ClockDomain::Monotonic, Channel::Disk, Watch::KernelLog);
  auto& crashes = console.build.built().crashes;
  for (const StreamId stream : {console.first, kept}) {
    // Lines that both have make them one boot.
    for (int i = 0; i < 8; ++i)
      console.build.line(stream, 2 * kSecond + i * 1'234'567, "kernel", "pci device " + std::to_string(i));
    const auto bug = console.build.line(stream, 10 * kSecond, "kernel", "BUG: kernel NULL pointer dereference");
    const auto panic =
        console.build.line(stream, 13 * kSecond, "kernel", "Kernel panic - not syncing: Fatal exception");
    crashes.push_back(report(bug, panic, "BUG: unable to handle it in tank_drain", model::CrashSeverity::Fatal));
  }
  crashes.back().frames.push_back({"tank_drain", "tank", true});
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  ASSERT_EQ(inquiry.incidents[0].crashes.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].crashes[0].cites.size(), 2U);
  EXPECT_EQ(inquiry.incidents[0].crashes[0].crash.frames.size(), 1U) << "the copy that says more is shown";
}

TEST(Investigate, AnOrderlyRebootIsNoDeath) {
  Console console;
  console.build.line(console.first, 60 * kSecond, "kernel", "reboot: Restarting system");
  console.reboot();
  const auto inquiry = console.run();
  EXPECT_TRUE(inquiry.incidents.empty());
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, BootEnd::Orderly);
}

TEST(Investigate, AConsoleThatBreaksOffIsACutBoot) {
  Console console;
  console.build.line(console.first, 14 * kSecond, "kernel", "e1000: eth0 NIC Link is Up");
  console.reboot();
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "unknown");
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, BootEnd::Cut);
}

TEST(Investigate, AWatchdogsHeartbeatExplainsAResetAtItsTime) {
  Console console;
  console.build.line(console.first, 8 * kSecond, "kernel",
                     "i6300ESB timer 0000:00:04.0: initialized. heartbeat=10 sec (nowayout=1)");
  console.build.line(console.first, 14 * kSecond, "kernel", "lkdtm: Performing direct entry HARDLOCKUP");
  console.reboot();  // the next kernel starts 12 s after the last line
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "watchdog-reset");
}

TEST(Investigate, AResetBeforeTheHeartbeatIsOverWasNotTheWatchdogs) {
  Console console;
  console.build.line(console.first, 8 * kSecond, "kernel",
                     "i6300ESB timer 0000:00:04.0: initialized. heartbeat=30 sec (nowayout=0)");
  console.build.line(console.first, 14 * kSecond, "kernel", "e1000: eth0 NIC Link is Up");
  console.reboot();
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "unknown");
  EXPECT_TRUE(has_blind_spot(inquiry.incidents[0], "hardware-watchdog"));
}

TEST(Investigate, ACrashKernelProvesThePanicThatWasNotPrinted) {
  Console console;
  console.build.line(console.first, 14 * kSecond, "kernel",
                     "BUG: kernel NULL pointer dereference, address: 0000000000000000");
  console.reboot();
  console.build.line(console.second, 0, "kernel", "Command line: elfcorehdr=0xc000000 console=ttyS0 irqpoll");
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "kernel-panic");
  EXPECT_THAT(inquiry.incidents[0].title, HasSubstr("NULL pointer dereference"));
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, BootEnd::Panicked);
}

TEST(Investigate, JoinsThePartsOfOneBootThatOnlyAThirdRecordConnects) {
  Console console;
  const StreamId early =
      console.build.stream("part2", "pstore", ClockDomain::Monotonic, Channel::Disk, Watch::KernelLog);
  const StreamId late =
      console.build.stream("part1", "pstore", ClockDomain::Monotonic, Channel::Disk, Watch::KernelLog);
  for (int i = 1; i < 20; ++i) {
    const Ns stamp = i * kSecond + i * 137 * kMicro;
    console.build.line(console.first, stamp, "kernel", "a line");
    console.build.line(i < 10 ? early : late, stamp, "kernel", "a line");
  }
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.hosts.size(), 1U);
  EXPECT_EQ(inquiry.hosts[0].boots.size(), 1U);
}

// journalctl's first line has the year that its records leave out.
TEST(Investigate, ALogOfJournalctlHasTheYearThatItsHeadingNames) {
  CaseBuilder build;
  const StreamId log = build.stream("boot.log", "journal", ClockDomain::LocalWall, Channel::Disk, Watch::KernelLog);
  model::Case& built = build.built();
  built.streams[log].yearless = true;
  build.line(log, utc("2000-12-30T07:00:00Z"), "kernel", "Linux version 6.1.0-18-amd64");
  built.evidence[0].modified = utc("2026-06-01T00:00:00Z");
  built.facts.push_back({0, "journal.ends", "Sat 2024-03-09 08:12:01 CET", {0, 1}});
  investigate(built, {});
  EXPECT_EQ(built.clocks.clock(log).first_year, 2023);
}

TEST(Investigate, TheDayOnWhichSomebodyLookedTellsTheYear) {
  CaseBuilder build;
  const StreamId log = build.stream("messages", "syslog", ClockDomain::LocalWall, Channel::Disk, Watch::KernelLog);
  model::Case& built = build.built();
  built.streams[log].yearless = true;
  build.line(log, utc("2000-03-09T07:00:00Z"), "kernel", "Linux version 6.1.0-18-amd64");
  built.evidence[0].modified = utc("2026-06-01T00:00:00Z");
  build.fact("clock.taken", "2024-03-09");
  investigate(built, {});
  EXPECT_EQ(built.clocks.clock(log).first_year, 2024);
}

TEST(Investigate, ALogThatMerelyEndsIsNoDeath) {
  CaseBuilder build;
  const StreamId log = build.stream("syslog", "syslog", ClockDomain::Utc, Channel::Disk, kSystem, "pve");
  build.line(log, utc("2026-02-09T10:00:00Z"), "kernel", "Linux version 6.17.4-2-pve (build@proxmox)");
  build.line(log, utc("2026-02-09T12:00:00Z"), "CRON", "(root) CMD (true)");
  const auto inquiry = investigate(build.built(), {});
  EXPECT_TRUE(inquiry.incidents.empty());
}

TEST(Investigate, ASyslogThatBreaksOffBeforeABannerIsACut) {
  CaseBuilder build;
  const StreamId log = build.stream("syslog", "syslog", ClockDomain::Utc, Channel::Disk, kSystem, "pve");
  build.line(log, utc("2026-02-09T12:00:00Z"), "systemd", "Started Session 12 of user root.");
  build.line(log, utc("2026-02-09T12:30:00Z"), "kernel", "Linux version 6.17.4-2-pve (build@proxmox)");
  build.line(log, utc("2026-02-09T12:40:00Z"), "systemd", "Reached target reboot.target - System Reboot.");
  build.line(log, utc("2026-02-09T12:41:00Z"), "kernel", "Linux version 6.17.4-2-pve (build@proxmox)");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(format_utc(*inquiry.incidents[0].death.after), "2026-02-09T12:00:00Z");
  ASSERT_EQ(inquiry.hosts[0].boots.size(), 3U);
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, BootEnd::Cut);
  EXPECT_EQ(inquiry.hosts[0].boots[1].end, BootEnd::Orderly);
}

TEST(Investigate, TakesTheSameBootFromTwoFilesAsOne) {
  Console console;
  for (int i = 1; i < 10; ++i) console.build.line(console.first, i * kSecond + i * 137 * kMicro, "kernel", "a line");
  const StreamId dmesg =
      console.build.stream("dmesg.txt", "dmesg", ClockDomain::Monotonic, Channel::Memory, Watch::KernelLog);
  for (int i = 1; i < 10; ++i) console.build.line(dmesg, i * kSecond + i * 137 * kMicro, "kernel", "a line");
  const auto inquiry = console.run();
  ASSERT_EQ(inquiry.hosts.size(), 1U);
  EXPECT_EQ(inquiry.hosts[0].boots.size(), 1U);
}

TEST(Investigate, EveryClaimHasACitation) {
  SilentNode node;
  node.peer();
  node.cpu({99.81, 99.80, 99.82, 99.79, 99.81, 99.80});
  node.build.observation("console-dead", "no reaction", {}, "node-a");
  const auto inquiry = node.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const auto& incident = inquiry.incidents[0];
  for (const auto& reason : incident.class_reasons) EXPECT_FALSE(reason.cites.empty()) << reason.text;
  for (const auto& witness : incident.witnesses) EXPECT_FALSE(witness.cites.empty()) << witness.name;
  for (const auto& gap : incident.gaps) EXPECT_FALSE(gap.cites.empty()) << gap.text;
  for (const auto& assumption : inquiry.assumptions) EXPECT_FALSE(assumption.cites.empty()) << assumption.text;
  EXPECT_FALSE(incident.death_cites.empty());
  EXPECT_FALSE(incident.reset_cites.empty());
}

TEST(Investigate, AnEmptyCaseGivesANoteAndNothingElse) {
  model::Case empty;
  const auto inquiry = investigate(empty, {});
  EXPECT_TRUE(inquiry.hosts.empty());
  EXPECT_TRUE(inquiry.incidents.empty());
  EXPECT_EQ(inquiry.notes.size(), 1U);
}

// A log of a kernel without its banner: what it reports, and how long it goes on.
struct TroubledLog {
  CaseBuilder build;
  StreamId log = build.stream("syslog", "syslog", ClockDomain::Utc, Channel::Disk, kSystem, "web1");

  model::EventId line(std::string_view at, std::string_view text) { return build.line(log, utc(at), "kernel", text); }
  void crash(std::string_view at, std::string type, std::string title,
             model::CrashSeverity severity = model::CrashSeverity::Fatal) {
    model::Crash& crash = build.built().crashes.emplace_back();
    crash.first = crash.last = line(at, title);
    crash.type = std::move(type);
    crash.title = std::move(title);
    crash.severity = severity;
  }
  model::Inquiry run() { return investigate(build.built(), {}); }
};

TEST(NearDeath, IsAnIncidentThatTheHostLivedOnAfter) {
  TroubledLog log;
  log.line("2026-02-09T02:00:00Z", "eth0: link up");
  log.crash("2026-02-09T03:00:00Z", "NULL-POINTER-DEREFERENCE", "BUG: unable to handle kernel NULL pointer");
  log.crash("2026-02-09T03:20:00Z", "BUG", "kernel BUG at mm/slub.c");
  log.line("2026-02-09T05:00:00Z", "eth0: link up");
  const model::Inquiry inquiry = log.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  const model::Incident& incident = inquiry.incidents[0];
  EXPECT_TRUE(incident.survived);
  EXPECT_EQ(incident.incident_class, "kernel-oops");
  EXPECT_EQ(incident.death.after->ns, utc("2026-02-09T03:00:00Z"));
  EXPECT_EQ(incident.death.before->ns, utc("2026-02-09T03:00:00Z"));
  EXPECT_THAT(incident.title, HasSubstr("lived on after: BUG: unable to handle kernel NULL pointer"));
  EXPECT_THAT(incident.death_text, HasSubstr("goes on for 1 h 40 min"));
  EXPECT_EQ(incident.crashes.size(), 2U);
}

TEST(NearDeath, ALogThatEndsThereDoesNotTellWhetherItDied) {
  TroubledLog log;
  log.line("2026-02-09T02:00:00Z", "eth0: link up");
  log.crash("2026-02-09T03:00:00Z", "HARD-LOCKUP", "watchdog: Watchdog detected hard LOCKUP on cpu 3");
  log.line("2026-02-09T03:00:02Z", "eth0: link down");
  const model::Inquiry inquiry = log.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "hard-lockup");
  EXPECT_THAT(inquiry.incidents[0].title, Not(HasSubstr("lived on")));
  EXPECT_THAT(inquiry.incidents[0].death_text, HasSubstr("what became of the host is not in the evidence"));
}

TEST(NearDeath, TroublesFarApartAreIncidentsOfTheirOwn) {
  TroubledLog log;
  log.crash("2026-02-09T03:00:00Z", "NVME-DOWN", "NVME-DOWN: controller does not answer");
  log.crash("2026-02-11T03:00:00Z", "NIC-HANG", "NIC-HANG: adapter reset", model::CrashSeverity::Error);
  log.line("2026-02-12T05:00:00Z", "eth0: link up");
  const model::Inquiry inquiry = log.run();
  ASSERT_EQ(inquiry.incidents.size(), 2U);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "storage-loss");
  EXPECT_EQ(inquiry.incidents[1].incident_class, "network-loss");
}

TEST(NearDeath, CopiesInTwoLogsAreOne) {
  TroubledLog log;
  log.crash("2026-02-09T03:00:00Z", "BUG", "kernel BUG at mm/slub.c");
  log.line("2026-02-09T05:00:00Z", "eth0: link up");
  log.log = log.build.stream("kern.log", "syslog", ClockDomain::Utc, Channel::Disk, kSystem, "web1");
  log.crash("2026-02-09T03:00:01Z", "BUG", "kernel BUG at mm/slub.c");
  log.line("2026-02-09T05:00:00Z", "eth0: link up");
  EXPECT_EQ(log.run().incidents.size(), 1U);
}

TEST(NearDeath, WhatSoundHostsPrintIsNone) {
  TroubledLog log;
  log.crash("2026-02-09T03:00:00Z", "WARNING", "WARNING in f", model::CrashSeverity::Error);
  log.crash("2026-02-09T03:10:00Z", "HW-EDAC-CE", "HW-EDAC-CE: corrected", model::CrashSeverity::Error);
  log.crash("2026-02-09T03:20:00Z", "HW-RESET-REASON", "HW-RESET-REASON: watchdog");
  log.crash("2026-02-09T03:30:00Z", "GUEST-PANIC", "GUEST-PANIC: panicked");
  log.crash("2026-02-09T03:40:00Z", "OOM-KILL", "OOM-KILL: out of memory", model::CrashSeverity::Error);
  model::Case& built = log.build.built();
  built.landmarks.push_back({model::LandmarkKind::OutOfMemory, built.crashes.back().first,
                             built.strings.intern("Memory cgroup out of memory: Killed process 7 (java)"), 0});
  log.line("2026-02-09T05:00:00Z", "eth0: link up");
  EXPECT_THAT(log.run().incidents, ::testing::IsEmpty());
}

TEST(NearDeath, ALogWithoutABannerThatEndsInAPanicIsADeath) {
  TroubledLog log;
  log.crash("2026-02-09T03:00:00Z", "BUG", "kernel BUG at mm/slub.c");
  const model::EventId panic = log.line("2026-02-09T03:00:01Z", "Kernel panic - not syncing: Fatal exception");
  model::Case& built = log.build.built();
  if (std::ranges::none_of(built.landmarks, [](const auto& mark) { return mark.kind == model::LandmarkKind::Panic; })) {
    built.landmarks.push_back({model::LandmarkKind::Panic, panic, built.strings.intern("Fatal exception"), 0});
  }
  const model::Inquiry inquiry = log.run();
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  EXPECT_FALSE(inquiry.incidents[0].survived);
  EXPECT_EQ(inquiry.incidents[0].incident_class, "kernel-panic");
}

}  // namespace
}  // namespace inquest::reason
