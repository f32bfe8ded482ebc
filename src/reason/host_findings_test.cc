// What the findings about Proxmox, ZFS and the cluster say, and when they are silent.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using model::Channel;
using model::ClockDomain;
using model::StreamId;
using model::Watch;
using testing::CaseBuilder;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::utc;

constexpr Watch kSystem = Watch::KernelLog | Watch::SystemLog | Watch::Shutdown;

const model::Finding* find(const model::Inquiry& inquiry, std::string_view id) {
  const auto found = std::ranges::find(inquiry.findings, id, &model::Finding::id);
  return found == inquiry.findings.end() ? nullptr : &*found;
}

// A log of node-a on January 8 without a zone: a task that ended, and one that did not.
struct TaskLog {
  CaseBuilder build;
  StreamId log = build.stream("syslog", "syslog", ClockDomain::LocalWall, Channel::Disk, kSystem, "node-a");

  void begin() {
    build.line(log, utc("2026-01-08T19:23:58Z"), "pvedaemon",
               "stop VM 200: UPID:node-a:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:");
    build.line(log, utc("2026-01-08T19:23:59Z"), "pvedaemon",
               "<root@pam> end task UPID:node-a:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam: OK");
    build.line(log, utc("2026-01-08T19:24:02Z"), "pvedaemon",
               "start VM 201: UPID:node-a:0000EAE0:000A9DDE:695FF642:qmstart:201:root@pam:");
  }
};

TEST(TaskFindings, NamesTheTaskInFlightAndTakesBootAndZoneFromTheNames) {
  TaskLog tasks;
  tasks.begin();
  const model::Inquiry inquiry = investigate(tasks.build.built(), {});
  const model::Finding* flight = find(inquiry, "task-in-flight");
  ASSERT_NE(flight, nullptr);
  EXPECT_THAT(flight->text, HasSubstr("\"qmstart\" of 201"));
  EXPECT_EQ(flight->host, "node-a");
  EXPECT_THAT(inquiry.assumptions.front().text, HasSubstr("+01:00"));
  ASSERT_EQ(inquiry.hosts.size(), 1U);
  ASSERT_EQ(inquiry.hosts[0].boots.size(), 1U);
  EXPECT_EQ(format_utc(*inquiry.hosts[0].boots[0].start.before), "2026-01-08T16:28:04Z");
}

TEST(TaskFindings, SaysNothingOfABootThatEndedInOrder) {
  TaskLog tasks;
  tasks.begin();
  tasks.build.line(tasks.log, utc("2026-01-08T19:25:00Z"), "systemd", "Reached target reboot.target - System Reboot.");
  EXPECT_EQ(find(investigate(tasks.build.built(), {}), "task-in-flight"), nullptr);
}

TEST(TaskFindings, ADmesgReadAfterAResetIsOfTheBootThatFollowed) {
  TaskLog tasks;
  tasks.begin();
  tasks.build.observation("hard-reset", "pressed", utc("2026-01-08T19:26:00Z"), "node-a");
  const StreamId dmesg =
      tasks.build.stream("dmesg", "dmesg", ClockDomain::Monotonic, Channel::Memory, Watch::KernelLog);
  tasks.build.line(dmesg, 148 * kMilli, "kernel", "AMD Zen1 DIV0 bug detected. Disable SMT for full protection.");
  const model::Inquiry inquiry = investigate(tasks.build.built(), {});
  ASSERT_EQ(inquiry.incidents.size(), 1U);
  ASSERT_EQ(inquiry.hosts[0].boots.size(), 2U);
  EXPECT_EQ(inquiry.hosts[0].boots[0].end, model::BootEnd::Cut);
  EXPECT_EQ(inquiry.hosts[0].boots[1].end, model::BootEnd::Running);
  ASSERT_NE(find(inquiry, "amd-zen1-div0"), nullptr);
}

TEST(PanicScreen, IsAPanicAndOfInitABootThatFailed) {
  const struct {
    std::string_view text;
    std::string_view name;
  } cases[] = {
      {"KERNEL PANIC! Please reboot your computer. Fatal exception in interrupt", "kernel-panic"},
      {"Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000200", "boot-failure"},
      {"Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b", "kernel-panic"},
      {"Kernel panic - not syncing: Attempted to kill init! exitcode=0x", "kernel-panic"},
      {"Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)", "boot-failure"},
  };
  for (const auto& each : cases) {
    CaseBuilder build;
    build.observation("panic-screen", each.text, utc("2026-01-08T18:24:03Z"), "node-a");
    const model::Inquiry inquiry = investigate(build.built(), {});
    ASSERT_EQ(inquiry.incidents.size(), 1U) << each.text;
    EXPECT_EQ(inquiry.incidents[0].incident_class, each.name) << each.text;
  }
}

TEST(PoolFindings, SaysWhatADamagedObjectIs) {
  const struct {
    std::string_view object;
    std::string_view words;
  } cases[] = {{"tank/vm-100-disk-0:<0x1>", "disk of guest 100"},
               {"<metadata>:<0x3d>", "the pool's own metadata"},
               {"<0x2a>:<0x1>", "a dataset that is gone"},
               {"tank/data:<0x9>", "without a path"}};
  for (const auto& each : cases) {
    CaseBuilder build;
    build.fact("zpool.object", each.object, "node-a");
    const auto inquiry = investigate(build.built(), {});
    const model::Finding* damage = find(inquiry, "zfs-permanent-errors");
    ASSERT_NE(damage, nullptr) << each.object;
    EXPECT_THAT(damage->text, HasSubstr(std::string(each.words)));
  }
}

TEST(PoolFindings, BlamesNoDiskForOneAndWhatIsSharedForSeveral) {
  const auto why = [](std::string_view second) {
    CaseBuilder build;
    const StreamId log = build.stream("syslog", "syslog", ClockDomain::Utc, Channel::Disk, kSystem, "node-a");
    build.line(log, utc("2026-01-08T16:37:47Z"), "zed",
               "eid=12 class=checksum pool='tank' vdev=sda3 algorithm=fletcher4");
    build.line(log, utc("2026-01-08T16:37:48Z"), "zed", second);
    const auto inquiry = investigate(build.built(), {});
    const model::Finding* errors = find(inquiry, "zfs-errors");
    EXPECT_NE(errors, nullptr);
    return errors == nullptr ? std::string() : errors->why;
  };
  EXPECT_THAT(why("eid=13 class=checksum pool='tank' vdev=sda3"), HasSubstr("does not tell the disk from memory"));
  EXPECT_THAT(why("eid=13 class=checksum pool='tank' vdev=sdb3"), HasSubstr("what they share"));
}

TEST(GuestFindings, MissesASerialPortOnCloudImagesOnly) {
  const auto found = [](std::initializer_list<std::pair<std::string_view, std::string_view>> settings) {
    CaseBuilder build;
    for (const auto& [key, value] : settings) build.fact("guest.100." + std::string(key), value, "node-a");
    std::vector<std::string> ids;
    for (const model::Finding& finding : investigate(build.built(), {}).findings) ids.push_back(finding.id);
    return ids;
  };
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(found({{"kind", "qemu"}, {"ide2", "local:vm-100-cloudinit,media=cdrom"}}),
              ElementsAre("guest-no-serial-port"));
  EXPECT_THAT(found({{"kind", "qemu"}, {"ide2", "local:vm-100-cloudinit"}, {"serial0", "socket"}}), IsEmpty());
  EXPECT_THAT(found({{"kind", "qemu"}, {"scsi0", "local:vm-100-disk-0"}}), IsEmpty());
  EXPECT_THAT(found({{"kind", "lxc"}, {"ide2", "cloudinit"}}), IsEmpty());
  EXPECT_THAT(found({{"kind", "qemu"}, {"hostpci0", "01:00"}, {"balloon", "2048"}, {"agent", "0"}}),
              ElementsAre("guest-passthrough", "guest-balloon-passthrough", "guest-agent-off"));
}

TEST(ClusterFindings, ComputesTheDefaultsAndComparesThemWithWhatWasSeen) {
  CaseBuilder build;
  const StreamId figures = build.stream("uptime.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Liveness);
  for (int i = 9; i >= 0; --i)
    build.sample(figures, "node-a", "system", "uptime", utc("2026-02-09T15:54:50Z") - i * 10 * kSecond,
                 202913 - i * 10);
  const StreamId log = build.stream("peer.log", "syslog", ClockDomain::Utc, Channel::Disk, Watch::Cluster, "node-b");
  build.line(log, utc("2026-02-09T15:55:07Z"), "corosync", "[KNET  ] host: host: 1 has no active links");
  build.fact("corosync.node.1", "node-a");
  build.fact("corosync.node_count", "3");
  const auto inquiry = investigate(build.built(), {});
  const model::Finding* detection = find(inquiry, "cluster-detection");
  ASSERT_NE(detection, nullptr);
  EXPECT_THAT(detection->text, HasSubstr("a token of 3,650 ms"));
  EXPECT_THAT(detection->text, HasSubstr("1,825 ms"));
  EXPECT_THAT(detection->text, HasSubstr("912 ms"));
  EXPECT_THAT(detection->text, HasSubstr("Seen: 17 s"));
  EXPECT_THAT(detection->text, HasSubstr("2026-02-09T15:55:04Z to 2026-02-09T15:55:06Z"));
}

TEST(ClusterFindings, TakesHugeSettingsForNone) {
  CaseBuilder build;
  build.fact("corosync.node_count", "3");
  build.fact("corosync.token", "18446744073709551615");
  const auto inquiry = investigate(build.built(), {});
  const model::Finding* detection = find(inquiry, "cluster-detection");
  ASSERT_NE(detection, nullptr);
  EXPECT_THAT(detection->text, HasSubstr("3,650 ms"));
}

}  // namespace
}  // namespace inquest::reason
