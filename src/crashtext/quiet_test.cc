// What a sound host prints: it has the words of crashes and hardware errors in it, and is none.

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crashtext/detector.h"

namespace inquest::crashtext {
namespace {

constexpr std::string_view kOrdinary[] = {
    // Firmware, before the kernel
    "AGESA TYPE 17 DMI INFO:",
    "CBMEM_ID_MEMINFO:",
    // A boot
    "mce: CPU0: Thermal monitoring enabled (TM1)",
    "MCE: In-kernel MCE decoding enabled.",
    "mce: Using 22 MCE banks",
    "RAS: Correctable Errors collector initialized.",
    "EDAC MC0: Giving out device to module skx_edac controller Skylake Socket#0 IMC#0: DEV 0000:3a:0a.0 (INTERRUPT)",
    "EDAC amd64: MCT channel count: 2",
    "GHES: APEI firmware first mode is enabled by APEI bit and WHEA _OSC.",
    "BERT: Boot Error Record Table support is disabled. Enable it by using bert_enable as kernel parameter.",
    "ERST: Error Record Serialization Table (ERST) support is initialized.",
    "HEST: Table parsing has been initialized.",
    "x86/amd: Previous system reset reason [0x00080800]: software wrote 0x6 to reset control register 0xCF9",
    "x86/amd: Previous system reset reason [0x00200800]: ACPI power state transition occurred",
    "pcieport 0000:00:1c.0: AER: enabled with IRQ 122",
    "pcieport 0000:00:1c.0: DPC: error containment capabilities: Int Msg #0, RPExt+ PoisonedTLP+ SwTrigger+ RP PIO Log "
    "4, DL_ActiveErr+",
    "pcieport 0000:00:1c.4: pciehp: Slot #12 AttnBtn- PwrCtrl- MRL- AttnInd- PwrInd- HotPlug+ Surprise+ Interlock-",
    "pcieport 0000:00:1c.4: pciehp: Slot(12): Card present",
    "pcieport 0000:00:1c.4: pciehp: Slot(12): Link Up",
    "DMAR: IOMMU enabled",
    "AMD-Vi: Interrupt remapping enabled",
    "iommu: Default domain type: Translated",
    "arm-smmu-v3 arm-smmu-v3.0.auto: allocated 65536 entries for evtq",
    "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
    "watchdog: Delayed init of the lockup detector failed: -19",
    "softdog: initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)",
    "tsc: Marking TSC unstable due to TSCs unsynchronized",
    "clocksource: tsc: mask: 0xffffffffffffffff max_cycles: 0x2b3e459bf4c, max_idle_ns: 440795289890 ns",
    "thermal_sys: Registered thermal governor 'step_wise'",
    "nvme nvme0: 16/0/0 default/read/poll queues",
    "nvme nvme0: Shutdown timeout set to 10 seconds",
    "ata3: SATA link down (SStatus 0 SControl 300)",
    "ata1.00: supports DRM functions and may not be fully accessible",
    "sd 0:0:0:0: [sda] Attached SCSI disk",
    "sd 0:0:0:0: [sda] tag#5 Sense Key : Illegal Request [current]",
    "sd 6:0:0:0: Power-on or device reset occurred",
    "scsi host0: ahci",
    "mpt3sas_cm0: sending message unit reset !!",
    "mpt3sas_cm0: message unit reset: SUCCESS",
    "megaraid_sas 0000:03:00.0: FW now in Ready state",
    "md/raid1:md0: active with 2 out of 2 mirrors",
    "md: md0: resync done.",
    "bcache: bch_journal_replay() journal replay done, 12 keys in 3 entries, seq 91",
    "device-mapper: ioctl: 4.47.0-ioctl (2022-07-28) initialised: dm-devel@redhat.com",
    "EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none.",
    "EXT4-fs (sda1): re-mounted. Opts: errors=remount-ro. Quota mode: none.",
    "EXT4-fs (sda1): recovery complete",
    "XFS (dm-0): Starting recovery (logdev: internal)",
    "XFS (dm-0): Ending clean mount",
    "BTRFS info (device sda2): bdev /dev/sda2 errs: wr 0, rd 0, flush 0, corrupt 12, gen 0",
    "BTRFS info (device sda2): using free space tree",
    "ZFS: Loaded module v2.2.8-pve1, ZFS pool version 5000, ZFS filesystem version 5",
    "libceph: mon0 (1)10.0.0.11:6789 session established",
    "drbd r0 beta: conn( Connecting -> Connected ) peer( Unknown -> Secondary )",
    "nfs: server nas1 OK",
    "dlm: data: add member 2",
    "o2net: Accepted connection from node beta (num 1) at 10.0.0.12:7777",
    "e1000e 0000:00:1f.6 eno1: NIC Link is Down",
    "igb 0000:03:00.0 eth0: igb: eth0 NIC Link is Up 1000 Mbps Full Duplex, Flow Control: RX/TX",
    "mlx5_core 0000:41:00.0 enp65s0f0np0: Link down",
    "r8169 0000:05:00.0 enp5s0: Link is Down",
    "i915 0000:00:02.0: [drm] GT0: GuC firmware i915/adlp_guc_70.bin version 70.20.0",
    "amdgpu 0000:0b:00.0: amdgpu: MODE1 reset",
    "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024",
    "nouveau 0000:01:00.0: bus: MMIO read of 00000000 FAULT at 3e6684 [ PRIVRING ]",
    "vfio-pci 0000:65:00.0: enabling device (0000 -> 0003)",
    "kvm: SMP vm created on host with unstable TSC; guest TSC will not be reliable",
    "kvm_intel: Using Hyper-V Enlightened VMCS",
    "hv_storvsc fd1d2cbd-ce7c-535c-966b-eb5f811c95f0: tag#57 cmd 0x85 status: scsi 0x2 srb 0x6 hv 0xc0000001",
    "[drm] Registered 1 planes with drm panic",
    "pstore: Registered erst as persistent store backend",
    // Every day
    "perf: interrupt took too long (2512 > 2500), lowering kernel.perf_event_max_sample_rate to 79500",
    "INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.220 msecs",
    "I/O error, dev loop3, sector 0 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2",
    "I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
    "Buffer I/O error on dev fd0, logical block 0, async page read",
    "traps: acme[811] general protection fault ip:55d1c0a2b4f0 sp:7ffd1c2b3a40 error:0 in acme[55d1c0a00000+51000]",
    "acme[811]: segfault at 0 ip 000055d1c0a2b4f0 sp 00007ffd1c2b3a40 error 4 in acme[55d1c0a00000+51000]",
    "watchdog: watchdog0: watchdog did not stop!",
    "reboot: Restarting system",
    "systemd-shutdown[1]: Syncing filesystems and block devices.",
    "audit: type=1400 audit(1753325017.312:11): apparmor=\"DENIED\" operation=\"open\" name=\"/proc/sys/kernel/panic\"",
    "usb 1-1: device descriptor read/64, error -71",
    "TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.",
    "Memory cgroup stats for /user.slice: cache:0KB rss:1024KB",
};

constexpr std::string_view kOrdinaryOfPrograms[] = {
    "corosync[2210]:   [TOTEM ] A new membership (1.2d) was formed. Members joined: 2",
    "corosync[2210]:   [QUORUM] This node is within the primary component and will provide service.",
    "corosync[2210]:   [KNET  ] host: host: 2 has no active links",
    "pve-ha-lrm[2010]: successfully acquired lock 'ha_agent_pve1_lock'",
    "watchdog-mux[811]: Watchdog driver 'Software Watchdog', version 0",
    "sbd[811]:  notice: inquisitor_child: Servant cluster is healthy (age: 0)",
    "smartd[811]: Device: /dev/sda [SAT], SMART Prefailure Attribute: 1 Raw_Read_Error_Rate changed from 82 to 83",
    "systemd[1]: Using hardware watchdog 'iTCO_wdt', version 6, device /dev/watchdog0",
    "dockerd[811]: level=warning msg=\"I/O error, dev sda, sector 12345 is what a container wrote\"",
    "acme[811]: PCIe Bus Error: severity=Corrected, type=Physical Layer is explained in the manual",
};

TEST(Quiet, NothingIsReportedOfWhatASoundKernelPrints) {
  for (const std::string_view line : kOrdinary) {
    for (const std::string_view prefix : {"", "[   12.345678] ", "Nov 21 06:01:02 alpha kernel: "}) {
      const std::string text = fmt::format("{}{}\n", prefix, line);
      const std::vector<Report> reports = find_reports(text);
      EXPECT_TRUE(reports.empty()) << text << reports.front().title;
    }
  }
}

TEST(Quiet, NothingIsReportedOfWhatASoundHostsProgramsPrint) {
  for (const std::string_view line : kOrdinaryOfPrograms) {
    const std::string text = fmt::format("Nov 21 06:01:02 alpha {}\n", line);
    const std::vector<Report> reports = find_reports(text);
    EXPECT_TRUE(reports.empty()) << text << reports.front().title;
  }
}

TEST(Quiet, NothingIsReportedOfLogsAndScriptsThatAreNotTheKernels) {
  for (const std::string_view line : {
           "23:10:59,453 DEBUG yum.verbose.YumBase: TSINFO: Marking 1:libacme-1.8.0-9.x86_64 as install for acme",
           " INFO: /usr/sbin/acme-setgoodfirmware: Active firmware set as good firmware.",
           "[jul 31 23:21:55.528] [ warning] [guestinfo] *** WARNING: collection took longer than expected; "
           "expected=30",
           "  echo \"WARNING: unrecognized options: $options\" >&2",
           "    #     #TODO:#BUG:# output of the package manager",
       }) {
    const std::vector<Report> reports = find_reports(fmt::format("{}\n", line));
    EXPECT_TRUE(reports.empty()) << line << reports.front().title;
  }
}

}  // namespace
}  // namespace inquest::crashtext
