#include "decode/landmark_table.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/time.h"

namespace inquest::decode {
namespace {

using model::LandmarkKind;

struct Row {
  std::string_view ident;
  std::string_view message;
  LandmarkKind kind;
  std::string_view text;  // "=": the message itself
  int64_t number = 0;
};

// As the programs print them; the kernel's of 4.x to 6.17 on x86 and arm64.
constexpr Row kWordings[] = {
    {"kernel", "Linux version 6.17.9-1-pve (build@proxmox) (gcc (Debian 14.2.0-19) 14.2.0) #1 SMP",
     LandmarkKind::KernelBanner, "6.17.9-1-pve"},
    {"kernel", "[    0.000000] Linux version 5.10.0-28-amd64 (debian-kernel@lists.debian.org)",
     LandmarkKind::KernelBanner, "5.10.0-28-amd64"},
    {"kernel", "Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet", LandmarkKind::CommandLine,
     "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet"},
    {"kernel", "Kernel command line: console=ttyS0", LandmarkKind::CommandLine, "console=ttyS0"},
    {"kernel", "rtc_cmos 00:00: setting system clock to 2026-02-09T18:53:52 UTC (1770663232)", LandmarkKind::ClockSet,
     "=", 1'770'663'232 * kSecond},
    {"kernel", "rtc_cmos 00:04: setting system clock to 2018-03-01 09:00:00 UTC (1519894800)", LandmarkKind::ClockSet,
     "=", 1'519'894'800 * kSecond},
    {"systemd-journald", "Journal started", LandmarkKind::JournalStart, "="},
    {"systemd-journald", "Journal stopped", LandmarkKind::JournalStop, "="},
    {"upsmon", "UPS ups@localhost on battery", LandmarkKind::HardwareEvent, "="},
    {"upsmon", "UPS ups@localhost battery is low", LandmarkKind::HardwareEvent, "="},
    {"upsmon", "Executing automatic power-fail shutdown", LandmarkKind::ShutdownBegin, "="},
    {"apcupsd", "Power failure.", LandmarkKind::HardwareEvent, "="},
    {"apcupsd", "Initiating system shutdown!", LandmarkKind::ShutdownBegin, "="},

    {"systemd", "Shutting down.", LandmarkKind::ShutdownBegin, "="},
    {"systemd", "Reached target shutdown.target - System Shutdown.", LandmarkKind::ShutdownBegin, "="},
    {"systemd", "Reached target reboot.target - System Reboot.", LandmarkKind::ShutdownBegin, "="},
    {"systemd", "Reached target Reboot.", LandmarkKind::ShutdownBegin, "="},
    {"systemd", "Reached target Power-Off.", LandmarkKind::ShutdownBegin, "="},
    {"systemd", "Reached target Final Step.", LandmarkKind::ShutdownBegin, "="},
    {"systemd-shutdown", "Syncing filesystems and block devices.", LandmarkKind::ShutdownBegin, "="},
    {"systemd-shutdown", "Sending SIGTERM to remaining processes...", LandmarkKind::ShutdownBegin, "="},
    {"systemd-logind", "System is rebooting.", LandmarkKind::ShutdownBegin, "="},
    {"systemd-logind", "System is powering down.", LandmarkKind::ShutdownBegin, "="},
    {"kernel", "reboot: Restarting system", LandmarkKind::ShutdownEnd, "restart"},
    {"kernel", "reboot: Restarting system with command 'recovery'", LandmarkKind::ShutdownEnd, "restart"},
    {"kernel", "reboot: Power down", LandmarkKind::ShutdownEnd, "power-off"},
    {"kernel", "reboot: System halted", LandmarkKind::ShutdownEnd, "halt"},
    {"kernel", "kexec_core: Starting new kernel", LandmarkKind::ShutdownEnd, "kexec"},

    {"kernel", "Kernel panic - not syncing: Fatal exception in interrupt", LandmarkKind::Panic,
     "Fatal exception in interrupt"},
    {"kernel", "[  123.456789][    C3] Kernel panic - not syncing: Hard LOCKUP", LandmarkKind::Panic, "Hard LOCKUP"},
    {"kernel", "---[ end Kernel panic - not syncing: Fatal exception in interrupt ]---", LandmarkKind::PanicEnd, ""},
    {"kernel", "BUG: kernel NULL pointer dereference, address: 0000000000000008", LandmarkKind::Oops, "="},
    {"kernel", "BUG: unable to handle page fault for address: ffffb0a1c0a6b000", LandmarkKind::Oops, "="},
    {"kernel", "Oops: 0002 [#1] PREEMPT SMP NOPTI", LandmarkKind::Oops, "="},
    {"kernel", "Oops: general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]",
     LandmarkKind::Oops, "="},
    {"kernel", "general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP",
     LandmarkKind::Oops, "="},
    {"kernel", "kernel BUG at mm/slub.c:321!", LandmarkKind::Oops, "="},
    {"kernel", "Internal error: Oops: 0000000096000004 [#1] SMP", LandmarkKind::Oops, "="},
    {"kernel", "WARNING: CPU: 2 PID: 311 at lib/refcount.c:28 refcount_warn_saturate+0xa3/0x150", LandmarkKind::Warning,
     "="},
    {"kernel", "WARNING: at kernel/rcu/tree.c:2587 rcu_process_callbacks+0x5c7/0x5e0()", LandmarkKind::Warning, "="},
    {"kernel", "WARNING: lib/refcount.c:28 at refcount_warn_saturate+0xa3/0x150, CPU#2: sh/311", LandmarkKind::Warning,
     "="},
    {"kernel", "watchdog: BUG: soft lockup - CPU#3 stuck for 26s! [kworker/3:1:88]", LandmarkKind::SoftLockup, "="},
    {"kernel", "NMI watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [swapper/3:0]", LandmarkKind::SoftLockup, "="},
    {"kernel", "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1", LandmarkKind::HardLockup, "="},
    {"kernel", "watchdog: Watchdog detected hard LOCKUP on cpu 1", LandmarkKind::HardLockup, "="},
    {"kernel", "watchdog: CPU0: Watchdog detected hard LOCKUP on cpu 1", LandmarkKind::HardLockup, "="},
    {"kernel", "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", LandmarkKind::RcuStall, "="},
    {"kernel", "rcu: INFO: rcu_sched self-detected stall on CPU", LandmarkKind::RcuStall, "="},
    {"kernel", "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-.... } 26 jiffies",
     LandmarkKind::RcuStall, "="},
    {"kernel", "INFO: rcu_sched self-detected stall on CPU { 0}", LandmarkKind::RcuStall, "="},
    {"kernel", "INFO: task txg_sync:1234 blocked for more than 120 seconds.", LandmarkKind::HungTask, "="},
    {"kernel", "Out of memory: Killed process 4242 (kvm) total-vm:8589934kB, anon-rss:4194304kB",
     LandmarkKind::OutOfMemory, "="},
    {"kernel", "Memory cgroup out of memory: Killed process 77 (java)", LandmarkKind::OutOfMemory, "="},
    {"kernel", "mce: [Hardware Error]: CPU 2: Machine Check: 0 Bank 5: bea0000000000108", LandmarkKind::MachineCheck,
     "="},
    {"kernel", "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 0",
     LandmarkKind::MachineCheck, "="},
    {"kernel", "{12}[Hardware Error]: event severity: fatal", LandmarkKind::MachineCheck, "="},
    {"kernel", "thermal thermal_zone0: acpitz: critical temperature reached, shutting down", LandmarkKind::Thermal,
     "="},
    {"kernel", "reboot: HARDWARE PROTECTION shutdown (Temperature too high)", LandmarkKind::Thermal, "="},

    {"kernel", "pstore: Registered erst as persistent store backend", LandmarkKind::PstoreArmed, "erst"},
    {"kernel", "pstore: Registered efi_pstore as persistent store backend", LandmarkKind::PstoreArmed, "efi_pstore"},
    {"kernel", "iTCO_wdt iTCO_wdt.1.auto: initialized. heartbeat=30 sec (nowayout=0)", LandmarkKind::WatchdogDevice,
     "=", 30 * kSecond},
    {"kernel", "softdog: initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)",
     LandmarkKind::WatchdogDevice, "="},
    {"pacemaker-fenced", "Operation 'reboot' targeting node-a by node-b for pacemaker-controld.1234@node-b: OK",
     LandmarkKind::Fenced, "="},
    {"stonith-ng", "Operation reboot of node-a by node-b for crmd.1234@node-b.5a6b7c8d: OK", LandmarkKind::Fenced, "="},
    {"pacemaker-controld", "Peer node-a was terminated (reboot) by node-b on behalf of pacemaker-controld.1234: OK",
     LandmarkKind::Fenced, "="},
    {"sbd", "reset successfully delivered to node-a", LandmarkKind::Fenced, "="},
    {"sbd", "Rebooting system: reboot", LandmarkKind::WatchdogFired, "="},
    {"pvedaemon", "<root@pam> starting task UPID:n:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:",
     LandmarkKind::TaskBegin, "UPID:n:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:", 1'767'896'638 * kSecond},
    {"pve-ha-lrm", "<root@pam> end task UPID:n:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam: OK",
     LandmarkKind::TaskEnd, "UPID:n:0000EA7F:000A9C68:695FF63E:qmstop:200:root@pam:", 1'767'896'638 * kSecond},
    {"zed", "eid=11 class=data pool='rpool' priority=0 err=52 flags=0x8081", LandmarkKind::StorageError, "=", 11},
    {"zed", "eid=14 class=statechange pool='rpool' vdev=sda3 vdev_state=FAULTED", LandmarkKind::StorageError, "=", 14},
    {"kernel", "WARNING: Pool 'rpool' has encountered an uncorrectable I/O failure and has been suspended.",
     LandmarkKind::StorageError, "="},
    {"kernel", "AMD Zen1 DIV0 bug detected. Disable SMT for full protection.", LandmarkKind::CpuErratum, "="},
    {"watchdog-mux", "Watchdog driver 'Software Watchdog', version 0", LandmarkKind::WatchdogArmed, "="},
    {"watchdog-mux", "client watchdog expired - disable watchdog updates", LandmarkKind::WatchdogFired, "="},
    {"kernel", "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.", LandmarkKind::NmiWatchdogOn, "="},
    {"kernel", "NMI watchdog: enabled on all CPUs, permanently consumes one hw-PMU counter.",
     LandmarkKind::NmiWatchdogOn, "="},
    {"kernel", "NMI watchdog: Perf NMI watchdog permanently disabled", LandmarkKind::NmiWatchdogOff, "="},
    {"kernel", "Reserving 256MB of memory at 2736MB for crashkernel (System RAM: 16098MB)", LandmarkKind::CrashKernel,
     "="},
    {"kernel", "crashkernel reserved: 0x000000009b000000 - 0x00000000ab000000 (256 MB)", LandmarkKind::CrashKernel,
     "="},
    {"kernel", "netconsole: network logging started", LandmarkKind::NetconsoleUp, "="},
    {"kernel", "pcieport 0000:00:1c.0: AER: enabled with IRQ 122", LandmarkKind::AerEnabled, "="},

    {"corosync", "[KNET  ] link: host: 1 link: 0 is down", LandmarkKind::KnetLinkDown, "link: host: 1 link: 0 is down",
     1},
    {"corosync", "[KNET] link: host: 12 link: 0 is down", LandmarkKind::KnetLinkDown, "link: host: 12 link: 0 is down",
     12},
    {"corosync", "  [KNET  ] host: host: 3 has no active links", LandmarkKind::KnetNoLinks,
     "host: host: 3 has no active links", 3},
    {"corosync", "[KNET  ] rx: host: 1 link: 0 is up", LandmarkKind::KnetLinkUp, "rx: host: 1 link: 0 is up", 1},
    {"corosync", "[TOTEM ] Failed to receive the leave message. failed: 2", LandmarkKind::MembershipLost,
     "Failed to receive the leave message. failed: 2", 2},
    {"pve-ha-crm", "fencing: acknowledged - got agent lock for node 'pve2'", LandmarkKind::Fenced, "="},
    {"pve-ha-crm", "node 'pve2': state changed from 'unknown' => 'fence'", LandmarkKind::Fenced, "="},
    {"systemd", "Starting log2ram.service - Log2Ram...", LandmarkKind::LogInMemory, "="},
    {"log2ram", "Saving logs to /var/hdd.log", LandmarkKind::LogInMemory, "="},
};

TEST(LandmarkTable, KnowsTheWordings) {
  for (const Row& row : kWordings) {
    const auto mark = find_landmark(voice_of(row.ident), row.message);
    ASSERT_TRUE(mark) << row.ident << ": " << row.message;
    EXPECT_EQ(to_string(mark->kind), to_string(row.kind)) << row.message;
    EXPECT_EQ(mark->text, row.text == "=" ? row.message : row.text) << row.message;
    EXPECT_EQ(mark->number, row.number) << row.message;
  }
}

TEST(LandmarkTable, WhoSaysItMatters) {
  for (const Row& row : kWordings) {
    for (const std::string_view other : {"sshd", "audit", "", "Kernel"}) {
      EXPECT_FALSE(find_landmark(voice_of(other), row.message)) << other << ": " << row.message;
    }
  }
  EXPECT_FALSE(find_landmark(voice_of("kernel"), "Journal stopped"));
  EXPECT_FALSE(find_landmark(voice_of("systemd"), "reboot: Restarting system"));
}

TEST(LandmarkTable, LeavesNearMissesAlone) {
  struct Near {
    std::string_view ident;
    std::string_view message;
  };
  for (const Near& row : {
           Near{"kernel", ""},
           Near{"kernel", "Linux"},
           Near{"kernel", "NX (Execute Disable) protection: active"},
           Near{"kernel", "EFI: Linux version 6.1"},
           Near{"kernel", "panic_on_oops set"},
           Near{"kernel", "WARNING: You are running an unsupported configuration, bear that in mind"},
           Near{"kernel", "traps: sh[12] general protection fault ip:55 sp:7ffe error:0 in sh[55+1]"},
           Near{"kernel", "sh[12]: segfault at 0 ip 000055 sp 00007ffe error 4 in sh[55+1]"},
           Near{"kernel", "rcu: RCU CPU stall warnings timeout set to 21 (rcu_cpu_stall_timeout)."},
           Near{"kernel", "INFO: task hung detection is disabled"},
           Near{"kernel", "rcu: Hierarchical RCU implementation."},
           Near{"kernel", "watchdog: Delayed init of the lockup detector failed: -22"},
           Near{"kernel", "pstore: Using crash dump compression: deflate"},
           Near{"kernel", "pstore: Registered nothing of the kind"},
           Near{"kernel", "crashkernel reservation failed - memory is in use."},
           Near{"kernel", "mce: CPU0: Core temperature above threshold, cpu clock throttled"},
           Near{"kernel", "pcieport 0000:00:1c.0: PME: Signaling with IRQ 122"},
           Near{"kernel", "rtc_cmos 00:00: setting system clock to 2026-02-09T18:53:52 UTC"},
           Near{"kernel", "rtc_cmos 00:00: setting system clock to then (9000000001)"},
           Near{"kernel", "rtc_cmos 00:00: setting system clock to then (-5)"},
           Near{"kernel", "rtc_cmos 00:00: ) setting system clock to ("},
           // Of every user's manager, at each log-out.
           Near{"systemd", "Reached target Shutdown."},
           Near{"systemd", "Reached target shutdown.target - Shutdown."},
           Near{"systemd", "Reached target exit.target - Exit the Session."},
           Near{"systemd", "Stopped target shutdown.target - System Shutdown."},
           Near{"systemd-logind", "Session 3 logged out. Waiting for processes to exit."},
           Near{"rsyslogd", "[origin software=\"rsyslogd\" swVersion=\"8.2302.0\"] rsyslogd was HUPed"},
           Near{"corosync", "[KNET  ] host: host: 1 (passive) best link: 0 (pri: 1)"},
           Near{"corosync", "[KNET  ] link: Resetting MTU for link 0 because host 1 joined"},
           Near{"corosync", "[KNET  ] link: host: x link: 0 is down"},
           Near{"corosync", "[KNET  ] link: host: 99999999999999999999 link: 0 is down"},
           Near{"corosync", "[KNET"},
           Near{"corosync", "[TOTEM ] A new membership (1.2a3) was formed. Members"},
           Near{"corosync", "link: host: 1 link: 0 is down"},
           Near{"pve-ha-crm", "node 'pve2': state changed from 'online' => 'unknown'"},
       }) {
    const auto mark = find_landmark(voice_of(row.ident), row.message);
    EXPECT_FALSE(mark) << row.ident << ": " << row.message << " is taken for " << to_string(mark->kind);
  }
}

TEST(KernelStamp, IsRemovedAndRead) {
  struct Stamped {
    std::string_view message;
    std::string_view rest;
    Ns time;
  };
  for (const Stamped& row : {
           Stamped{"[    1.759158] x", "x", 1'759'158'000},
           Stamped{"[12345.000001] x", "x", 12'345 * kSecond + kMicro},
           Stamped{"[    0.5]x", "x", 500 * kMilli},
           Stamped{"[    1.759158][   T12] x", "x", 1'759'158'000},
           Stamped{"[    1.759158] [    C0] x", "x", 1'759'158'000},
           Stamped{"[    1.759158] [drm] x", "[drm] x", 1'759'158'000},
           Stamped{"[    1.123456789] x", "x", 1'123'456'789},
       }) {
    std::optional<Ns> time;
    EXPECT_EQ(strip_kernel_stamp(row.message, &time), row.rest) << row.message;
    EXPECT_EQ(time, row.time) << row.message;
    EXPECT_EQ(strip_kernel_stamp(row.message), row.rest);
  }
}

TEST(KernelStamp, NothingElseIsTakenForOne) {
  for (const std::string_view message :
       {"", "[", "[]", "[.]", "[1]", "[drm] x", "[1.] x", "[.5] x", "[-1.5] x", "[1.-5] x", "[1.1234567890] x",
        "[99999999999.000000] x", "[    1.759158", "x [    1.759158] y", "[                            1.759158] x"}) {
    std::optional<Ns> time;
    EXPECT_EQ(strip_kernel_stamp(message, &time), message);
    EXPECT_FALSE(time) << message;
  }
}

}  // namespace
}  // namespace inquest::decode
