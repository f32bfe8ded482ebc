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

TEST(Findings, SaysThatTheConfiguredLineIsMangled) {
  EXPECT_THAT(found({{"grub.mangled", "the value of GRUB_CMDLINE_LINUX ends early: update-grub reads \"a\""}}),
              ElementsAre("command-line-mangled"));
}

TEST(Findings, MissesASerialPortOfWhatTerraformMakesOfAnImage) {
  const std::string vm = "resource proxmox_virtual_environment_vm.web";
  EXPECT_THAT(found({{"terraform.declares", vm}, {"terraform.block", vm + ": initialization"}}),
              ElementsAre("terraform-no-serial-device"));
  EXPECT_THAT(found({{"terraform.declares", vm}, {"terraform.setting", vm + ": clone.vm_id = 9000"}}),
              ElementsAre("terraform-no-serial-device"));
  EXPECT_THAT(found({{"terraform.declares", vm},
                     {"terraform.block", vm + ": initialization"},
                     {"terraform.block", vm + ": serial_device"}}),
              IsEmpty());
  // A VM that is installed from a medium needs none, and other resources are no VMs.
  EXPECT_THAT(found({{"terraform.declares", vm}, {"terraform.setting", vm + ": memory.dedicated = 2048"}}), IsEmpty());
  const std::string file = "resource proxmox_virtual_environment_file.image";
  EXPECT_THAT(found({{"terraform.declares", file}, {"terraform.block", file + ": initialization"}}), IsEmpty());
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

// One finding, and what to do fits what is the matter.
TEST(Findings, AdvisesByWhatKeepsTheLogInMemory) {
  const struct {
    const char* key;
    const char* value;
    const char* id;
    const char* advice;
  } cases[] = {
      {"journald.Storage", "volatile", "journal-volatile", "Storage=persistent"},
      {"path.missing", "/var/log/journal", "journal-volatile", "mkdir -p /var/log/journal && systemd-tmpfiles"},
      {"journal.persistent", "no", "journal-volatile", "mkdir -p /var/log/journal"},
      {"log2ram.size", "128M", "log-in-memory", "systemctl disable --now log2ram"},
      {"fstab", "/var/log tmpfs tmpfs defaults,noatime,size=64m 0 0", "log-in-memory", "/etc/fstab"},
      {"mount", "/var/log tmpfs tmpfs rw,relatime", "log-in-memory", "findmnt /var/log"},
  };
  for (const auto& [key, value, id, advice] : cases) {
    CaseBuilder build;
    build.fact(key, value, "node-a");
    const auto inquiry = investigate(build.built(), {});
    ASSERT_THAT(ids(inquiry), ElementsAre(id)) << key;
    EXPECT_THAT(inquiry.findings[0].action.command, HasSubstr(advice)) << key;
  }
  // A folder that is missing means nothing where the configuration names another place.
  EXPECT_THAT(found({{"journald.Storage", "persistent"}, {"path.missing", "/var/log/journal"}}), IsEmpty());
  EXPECT_THAT(found({{"path.missing", "/var/crash"}}), IsEmpty());
}

TEST(Findings, JudgesTheCommandLinesThatBootsSaid) {
  CaseBuilder build;
  const auto log = build.stream("serial.log", "console", model::ClockDomain::Monotonic, model::Channel::Console,
                                model::Watch::KernelLog, "node-a");
  build.line(log, 0, "kernel", "Linux version 6.1.0-17-amd64 (gcc) #1 SMP");
  build.line(log, 1 * kSecond, "kernel", "Command line: root=/dev/sda1 ro quiet pci=noaer");
  build.fact("grub.cmdline", "quiet pci=noaer", "node-a");
  EXPECT_THAT(ids(investigate(build.built(), {})), ElementsAre("pci-noaer"));
}

TEST(Findings, ComparesTheCrashKernelsMemoryWithTheHosts) {
  const std::string_view memory = "34359738368";
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=384M-:128M"}}), ElementsAre("crashkernel-small"));
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=512M"}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=1G-4G:192M,4G-:512M"}, {"memory.total", memory}}), IsEmpty());
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=1G-4G:192M"}, {"memory.total", memory}}),
              ElementsAre("crashkernel-none"));
  EXPECT_THAT(found({{"kernel.cmdline", "crashkernel=2G"}, {"memory.total", "2147483648"}}),
              ElementsAre("crashkernel-large"));
  // Two sources: the larger figure has what the kernel keeps for itself.
  EXPECT_THAT(
      found(
          {{"kernel.cmdline", "crashkernel=4G-:512M"}, {"memory.total", "4100000000"}, {"memory.total", "4294967296"}}),
      IsEmpty());
  EXPECT_THAT(found({{"crashkernel.failed", "crashkernel reservation failed - No suitable area found."}}),
              ElementsAre("crashkernel-failed"));
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
