#include "reason/findings.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"

namespace inquest::reason {
namespace {

using testing::CaseBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> ids(const model::Inquiry& inquiry) {
  std::vector<std::string> out;
  for (const model::Finding& finding : inquiry.findings) {
    EXPECT_FALSE(finding.cites.empty()) << finding.id;
    EXPECT_FALSE(finding.text.empty()) << finding.id;
    out.push_back(finding.id);
  }
  return out;
}

std::vector<std::string> found(std::initializer_list<std::pair<std::string_view, std::string_view>> facts) {
  CaseBuilder build;
  for (const auto& [key, value] : facts) build.fact(key, value, "node-a");
  return ids(investigate(build.built(), {}));
}

TEST(Findings, NothingIsConcludedFromNothing) { EXPECT_THAT(found({}), IsEmpty()); }

TEST(Findings, NamesTheHostAndBothLinesWhereTheRunningOneIsAnother) {
  CaseBuilder build;
  build.fact("kernel.cmdline", "BOOT_IMAGE=/vmlinuz-6.1 root=/dev/sda1 ro quiet intel_iommu=on", "node-a");
  build.fact("grub.cmdline", "quiet iommu=pt", "node-a");
  const auto inquiry = investigate(build.built(), {});
  ASSERT_THAT(ids(inquiry), ElementsAre("command-line-differs"));
  EXPECT_EQ(inquiry.findings[0].host, "node-a");
  EXPECT_THAT(inquiry.findings[0].text, HasSubstr("\"iommu=pt\" is configured and does not run"));
  EXPECT_THAT(inquiry.findings[0].text, HasSubstr("\"intel_iommu=on\" runs and is not configured"));
  EXPECT_EQ(inquiry.findings[0].cites.size(), 2U);
}

TEST(Findings, TheLoadersOwnWordsAreNoDifference) {
  EXPECT_THAT(found({{"kernel.cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet"}, {"grub.cmdline", "quiet"}}),
              IsEmpty());
}

TEST(Findings, FindsValuesThatNestRepeatOrContradict) {
  EXPECT_THAT(found({{"grub.cmdline", "GRUB_CMDLINE_LINUX_DEFAULT=quiet"}}), ElementsAre("command-line-nested"));
  EXPECT_THAT(found({{"kernel.cmdline", "quiet quiet"}}), ElementsAre("command-line-repeats"));
  EXPECT_THAT(found({{"kernel.cmdline", "iommu=pt iommu=off"}}), ElementsAre("command-line-contradicts"));
  EXPECT_THAT(found({{"kernel.cmdline", "console=tty0 console=ttyS0"}}), IsEmpty());
}

TEST(Findings, SaysWhatAParameterReallyDoes) {
  EXPECT_THAT(found({{"kernel.cmdline", "pcie_aspm=off"}}), ElementsAre("pcie-aspm-off"));
  EXPECT_THAT(found({{"kernel.cmdline", "pci=nomsi,noaer"}}), ElementsAre("pci-noaer"));
  EXPECT_THAT(found({{"kernel.cmdline", "pci=nomsi"}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crash_kernel=512M"}}), ElementsAre("command-line-unknown"));
}

TEST(Findings, ExplainsNetconsoleParameters) {
  EXPECT_THAT(found({{"netconsole.parameter", "[email protected]/eth0,[email protected]/"}}),
              ElementsAre("netconsole-broken", "netconsole-not-permanent"));
  EXPECT_THAT(found({{"modprobe.options", "netconsole netconsole=@/eth1,@10.0.0.2/"}}), ElementsAre("netconsole-weak"));
  EXPECT_THAT(found({{"modprobe.options", "netconsole netconsole=@/eth1,@10.0.0.2/00:11:22:33:44:55"}}), IsEmpty());
}

TEST(Findings, SaysThatAResetLosesTheLog) {
  EXPECT_THAT(found({{"journald.Storage", "volatile"}}), ElementsAre("journal-volatile"));
  EXPECT_THAT(found({{"journald.Storage", "persistent"}}), IsEmpty());
  EXPECT_THAT(found({{"mount", "/var/log log2ram tmpfs rw,size=128M"}}), ElementsAre("log-in-memory"));
  EXPECT_THAT(found({{"mount", "/run tmpfs tmpfs rw"}}), IsEmpty());
}

TEST(Findings, ComparesTheCrashKernelsMemoryWithTheHosts) {
  const std::string_view memory = "DIMM 0: 32 GB, DDR4, 3200 MT/s";
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=384M-:128M"}}), ElementsAre("crashkernel-small"));
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=512M"}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=1G-4G:192M,4G-:512M"}, {"dmi.memory", memory}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=1G-4G:192M"}, {"dmi.memory", memory}}),
              ElementsAre("crashkernel-none"));
  EXPECT_THAT(found({{"kernel.cmdline", "quiet"}, {"kdump.use-kdump", "1"}}), ElementsAre("crashkernel-missing"));
  EXPECT_THAT(found({{"kdump.use-kdump", "0"}}), ElementsAre("kdump-off"));
  EXPECT_THAT(found({{"kdump.current-state", "Not ready to kdump"}}), ElementsAre("kdump-not-ready"));
  EXPECT_THAT(found({{"kdump.current-state", "ready to kdump"}}), IsEmpty());
}

TEST(Findings, HearsWhatHardwareSays) {
  EXPECT_THAT(found({{"smart.health", "/dev/sda: FAILED!"}, {"smart.reallocated-sector-ct", "/dev/sda: 1432"}}),
              ElementsAre("disk-trouble"));
  EXPECT_THAT(found({{"smart.health", "/dev/sda: PASSED"}, {"smart.reallocated-sector-ct", "/dev/sda: 0"}}), IsEmpty());
  EXPECT_THAT(found({{"nvme.critical-warning", "nvme0: 0x4"}}), ElementsAre("disk-trouble"));
  EXPECT_THAT(found({{"pci.link.degraded", "01:00.0: Speed 2.5GT/s (downgraded), Width x16"}}), IsEmpty());
  EXPECT_THAT(found({{"pci.link.degraded", "01:00.0: Speed 16GT/s, Width x4 (downgraded)"}}),
              ElementsAre("pci-link-narrow"));
  EXPECT_THAT(found({{"dmi.memory", "DIMM 0: 32 GB, DDR4, 3200 MT/s, configured 3600 MT/s"}}),
              ElementsAre("memory-overclocked"));
  EXPECT_THAT(found({{"dmi.memory", "DIMM 0: 32 GB, DDR4, 3200 MT/s, configured 2933 MT/s"}}), IsEmpty());
  EXPECT_THAT(found({{"edac.ue", "mc/mc0 ue_count: 1"}}), ElementsAre("memory-uncorrected"));
  EXPECT_THAT(found({{"bmc.sensor.bad", "System Temp: 88 degrees C, cr"}}), ElementsAre("sensor-alarm"));
}

TEST(Findings, ReadsSettingsAndUnits) {
  EXPECT_THAT(found({{"sysctl.kernel.panic", "0"}}), ElementsAre("panic-waits"));
  EXPECT_THAT(found({{"sysctl.kernel.panic", "0"}, {"sysctl.kernel.panic", "30"}}), IsEmpty()) << "the last one counts";
  EXPECT_THAT(found({{"unit.failed", "kdump-tools.service"}}), ElementsAre("evidence-service-failed"));
  EXPECT_THAT(found({{"unit.failed", "cups.service"}}), ElementsAre("services-failed"));
}

TEST(Findings, StaysSmallWhateverTheLineHolds) {
  std::string line;
  for (int i = 0; i < 20'000; ++i) line += "pci=noaer a" + std::to_string(i) + "=" + std::string(20, 'x') + " ";
  EXPECT_LE(found({{"kernel.cmdline", line}}).size(), kMostFindings);
}

}  // namespace
}  // namespace inquest::reason
