#include "reason/changes.h"

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
using ::testing::IsEmpty;
using testing::utc;

// A host that was shut down in order, booted another kernel, and panicked.
struct PanickedHost {
  CaseBuilder build;
  StreamId log = build.stream("syslog", "syslog", ClockDomain::Utc, Channel::Disk,
                              Watch::KernelLog | Watch::SystemLog | Watch::Shutdown, "node-a");

  PanickedHost() {
    kernel("2026-02-01T00:00:00Z", "Linux version 6.1.0-17-amd64 (x)");
    kernel("2026-02-01T00:00:01Z", "Command line: BOOT_IMAGE=/vmlinuz-6.1.0-17 root=/dev/sda1 quiet");
    kernel("2026-02-06T18:00:00Z", "reboot: Restarting system");
    kernel("2026-02-06T18:10:00Z", "Linux version 6.1.0-18-amd64 (x)");
    kernel("2026-02-06T18:10:01Z", "Command line: BOOT_IMAGE=/vmlinuz-6.1.0-18 root=/dev/sda1 quiet intel_iommu=on");
    kernel("2026-02-07T03:00:00Z", "Kernel panic - not syncing: Fatal exception");
  }

  void kernel(std::string_view at, std::string_view text) { build.line(log, utc(at), "kernel", text); }

  void package(std::string_view at, std::string_view text, int64_t of_kernel) {
    const StreamId apt = build.stream("history.log", "apt", ClockDomain::Utc, Channel::Disk, Watch::Nothing, "node-a");
    const auto event = build.line(apt, utc(at), "apt", text);
    build.built().landmarks.push_back(
        {model::LandmarkKind::Change, event, build.built().strings.intern(text), of_kernel});
  }

  std::vector<model::Change> changes() {
    const auto inquiry = investigate(build.built(), {});
    EXPECT_EQ(inquiry.incidents.size(), 1U);
    return inquiry.incidents.empty() ? std::vector<model::Change>() : inquiry.incidents[0].changes;
  }
};

TEST(Changes, TellsWhatTheFatalBootHasAndTheOneBeforeHadNot) {
  PanickedHost host;
  const auto changes = host.changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_THAT(changes[0].text, HasSubstr("first boot with kernel 6.1.0-18-amd64"));
  EXPECT_THAT(changes[1].text, HasSubstr("\"intel_iommu=on\" is new"));
  for (const auto& change : changes) {
    EXPECT_TRUE(change.inferred);
    EXPECT_EQ(change.cites.size(), 2U);
    EXPECT_TRUE(change.since_good);
  }
}

TEST(Changes, ListsPackagesLatestFirstAndNothingAfterTheDeath) {
  PanickedHost host;
  host.package("2026-01-20T10:00:00Z", "upgrade zfs-dkms", 1);
  host.package("2026-02-06T17:50:00Z", "upgrade linux-image-6.1.0-18-amd64", 1);
  host.package("2026-02-07T09:00:00Z", "remove linux-image-6.1.0-18-amd64", 1);
  const auto changes = host.changes();
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[2].text, "upgrade linux-image-6.1.0-18-amd64");
  EXPECT_TRUE(changes[2].since_good);
  EXPECT_EQ(changes[3].text, "upgrade zfs-dkms");
  EXPECT_FALSE(changes[3].since_good);
}

TEST(Changes, PutsOrdinaryPackagesOfOneRunTogether) {
  PanickedHost host;
  const StreamId dpkg =
      host.build.stream("dpkg.log", "dpkg", ClockDomain::Utc, Channel::Disk, Watch::Nothing, "node-a");
  for (int i = 0; i < 50; ++i) {
    const auto event = host.build.line(dpkg, utc("2026-02-06T17:50:00Z") + i * kSecond, "dpkg", "upgrade less");
    host.build.built().landmarks.push_back(
        {model::LandmarkKind::Change, event, host.build.built().strings.intern("upgrade less"), 0});
  }
  const auto changes = host.changes();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_THAT(changes[2].text, HasSubstr("and 45 more"));
}

TEST(Changes, TakesInWhatAPersonNoted) {
  PanickedHost host;
  host.build.observation("change", "GPU put in", utc("2026-02-06T18:05:00Z"), "node-a");
  const auto changes = host.changes();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[2].source, "person");
}

}  // namespace
}  // namespace inquest::reason
