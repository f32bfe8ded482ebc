#include "decode/landmark_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "base/text.h"
#include "model/upid.h"

namespace inquest::decode {
namespace {

using model::LandmarkKind;

// What of the message becomes the landmark's text.
enum class Take : uint8_t { Nothing, Message, Rest };

struct Pattern {
  LandmarkKind kind;
  std::string_view start;  // how the message begins; empty: anyhow
  Take take;
  std::string_view contains;  // what it must contain as well
};

// Kernel wording, by the source file that prints it (v6.1 unless said otherwise). More specific ones first: the first
// that matches is the landmark.
constexpr auto kKernel = std::to_array<Pattern>({
    {LandmarkKind::KernelBanner, "Linux version ", Take::Rest, {}},         // init/version.c
    {LandmarkKind::CommandLine, "Kernel command line: ", Take::Rest, {}},   // init/main.c
    {LandmarkKind::CommandLine, "Command line: ", Take::Rest, {}},          // arch/x86/kernel/setup.c
    {LandmarkKind::Panic, "Kernel panic - not syncing: ", Take::Rest, {}},  // kernel/panic.c
    {LandmarkKind::PanicEnd, "---[ end Kernel panic", Take::Nothing, {}},
    {LandmarkKind::ShutdownEnd, "reboot: Restarting system", Take::Nothing, {}},  // kernel/reboot.c
    {LandmarkKind::ShutdownEnd, "reboot: Power down", Take::Nothing, {}},
    {LandmarkKind::ShutdownEnd, "reboot: System halted", Take::Nothing, {}},
    {LandmarkKind::ShutdownEnd, "kexec_core: Starting new kernel", Take::Nothing, {}},
    {LandmarkKind::ShutdownEnd, "Restarting system", Take::Nothing, {}},  // before the "reboot: " prefix, 3.x
    {LandmarkKind::ShutdownEnd, "Power down.", Take::Nothing, {}},
    {LandmarkKind::Thermal, "reboot: HARDWARE PROTECTION shutdown", Take::Message, {}},
    {LandmarkKind::Thermal, "thermal ", Take::Message, "critical temperature reached"},  // drivers/thermal
    {LandmarkKind::HardLockup,
     "NMI watchdog: Watchdog detected hard LOCKUP",
     Take::Message,
     {}},  // kernel/watchdog_hld.c
    // kernel/watchdog.c since 6.5, later with the CPU that noticed it: "watchdog: CPU0: Watchdog detected ..."
    {LandmarkKind::HardLockup, "watchdog: ", Take::Message, "Watchdog detected hard LOCKUP"},
    {LandmarkKind::HardLockup, "Watchdog detected hard LOCKUP", Take::Message, {}},
    {LandmarkKind::SoftLockup, "watchdog: BUG: soft lockup - CPU#", Take::Message, {}},  // kernel/watchdog.c
    {LandmarkKind::SoftLockup, "NMI watchdog: BUG: soft lockup - CPU#", Take::Message, {}},
    {LandmarkKind::SoftLockup, "BUG: soft lockup - CPU#", Take::Message, {}},
    {LandmarkKind::RcuStall, "rcu: INFO: ", Take::Message, "stall"},  // kernel/rcu/tree_stall.h, tree_exp.h
    {LandmarkKind::RcuStall, "INFO: rcu", Take::Message, "stall"},    // before 4.19
    {LandmarkKind::HungTask, "INFO: task ", Take::Message, "blocked for more than"},  // kernel/hung_task.c
    {LandmarkKind::HungTask, "INFO: task ", Take::Message, "blocked in I/O wait for more than"},
    {LandmarkKind::OutOfMemory, "Out of memory: ", Take::Message, {}},  // mm/oom_kill.c
    {LandmarkKind::OutOfMemory, "Out of memory and no killable processes", Take::Message, {}},
    {LandmarkKind::OutOfMemory, "Memory cgroup out of memory: ", Take::Message, {}},
    {LandmarkKind::Oops, "BUG: ", Take::Message, {}},
    {LandmarkKind::Oops, "BUG ", Take::Message,
     "ainted"},  // slab_bug() in mm/slub.c: "BUG kmalloc-1k (Tainted: G): Poison overwritten"
    {LandmarkKind::Oops, "Oops: ", Take::Message, {}},
    {LandmarkKind::Oops, "general protection fault", Take::Message, {}},
    {LandmarkKind::Oops, "kernel BUG at ", Take::Message, {}},
    {LandmarkKind::Oops, "Internal error: ", Take::Message, {}},  // arch/arm64/kernel/traps.c
    {LandmarkKind::Oops, "Unable to handle kernel ", Take::Message, {}},
    {LandmarkKind::Oops, "invalid opcode: ", Take::Message, {}},
    {LandmarkKind::Oops, "divide error: ", Take::Message, {}},
    // "WARNING: CPU: 0 PID: 1 at f.c:1 g+0x1/0x2", "WARNING: at f.c:1"; since 6.16 "WARNING: f.c:1 at g+0x1/0x2".
    // Others are advice.
    {LandmarkKind::CpuErratum, "AMD Zen1 DIV0 bug detected", Take::Message, {}},  // arch/x86/kernel/cpu/amd.c (v6.5)
    // module/zfs/spa_misc.c, zio_suspend() (OpenZFS 2.2)
    {LandmarkKind::StorageError, "WARNING: Pool '", Take::Message, "has encountered an uncorrectable I/O failure"},
    {LandmarkKind::Warning, "WARNING: at ", Take::Message, {}},
    {LandmarkKind::Warning, "WARNING: ", Take::Message, " at "},
    {LandmarkKind::MachineCheck, "mce: [Hardware Error]", Take::Message, {}},  // arch/x86/kernel/cpu/mce/core.c
    {LandmarkKind::MachineCheck, "[Hardware Error]", Take::Message, {}},
    {LandmarkKind::MachineCheck, "{", Take::Message,
     "}[Hardware Error]"},  // drivers/acpi/apei/ghes.c, "{1}" is the first
    {LandmarkKind::NmiWatchdogOff, "NMI watchdog: ", Take::Message, "permanently disabled"},
    {LandmarkKind::NmiWatchdogOff, "NMI watchdog: ", Take::Message, "disabled (cpu"},  // before 5.0
    {LandmarkKind::NmiWatchdogOn, "NMI watchdog: Enabled", Take::Message, {}},
    {LandmarkKind::NmiWatchdogOn, "NMI watchdog: enabled", Take::Message, {}},
    {LandmarkKind::PstoreArmed, "pstore: Registered ", Take::Rest,
     "as persistent store backend"},                                           // fs/pstore/platform.c
    {LandmarkKind::CrashKernel, "crashkernel reserved: ", Take::Message, {}},  // 5.19 and newer, arm64
    {LandmarkKind::CrashKernel, "Reserving ", Take::Message, "for crashkernel"},
    {LandmarkKind::NetconsoleUp, "netconsole: network logging started", Take::Message, {}},
    {LandmarkKind::NetconsoleUp, "printk: console [netcon", Take::Message, {}},
    {LandmarkKind::AerEnabled, "pcieport ", Take::Message, "AER: enabled with IRQ"},  // drivers/pci/pcie/aer.c
    {LandmarkKind::WatchdogFired, "watchdog: watchdog", Take::Message,
     "watchdog did not stop!"},                                                 // drivers/watchdog/watchdog_dev.c
    {LandmarkKind::WatchdogDevice, "softdog: initialized", Take::Message, {}},  // drivers/watchdog/softdog.c
    {LandmarkKind::WatchdogDevice,
     {},
     Take::Message,
     "initialized. heartbeat="},  // i6300esb, iTCO_wdt, sp5100_tco, ...
});

constexpr Pattern kSystemd[] = {
    // systemd's manager; src/core/manager.c and units' descriptions
    {LandmarkKind::ShutdownBegin, "Shutting down.", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Rebooting.", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Powering off.", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Halting system.", Take::Message, {}},
    // Not "Reached target Shutdown": every user's own manager says so as well when that user logs out.
    {LandmarkKind::ShutdownBegin, "Reached target shutdown.target - System Shutdown", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target System Shutdown", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target System Reboot", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target System Power Off", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target reboot.target", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target poweroff.target", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target Reboot", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target Power-Off", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target Power Off", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target Final Step", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Reached target final.target", Take::Message, {}},
    {LandmarkKind::WatchdogArmed, "Using hardware watchdog", Take::Message, {}},  // src/shared/watchdog.c
    {LandmarkKind::WatchdogArmed, "Watchdog running with a", Take::Message, {}},
    {LandmarkKind::LogInMemory, {}, Take::Message, "log2ram"},
    {LandmarkKind::LogInMemory, {}, Take::Message, "Log2Ram"},
};

constexpr Pattern kShutdown[] = {
    // systemd-shutdown and systemd-logind: "System is rebooting.", "Sending SIGTERM to remaining processes..."
    {LandmarkKind::ShutdownBegin, "System is rebooting", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "System is powering down", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "System is halting", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "The system will reboot now!", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "The system will power off now!", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Syncing filesystems and block devices.", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Sending SIGTERM to remaining processes", Take::Message, {}},
};

// rsyslogd's own last line: `[origin software="rsyslogd" ...] exiting on signal 15.`
constexpr Pattern kSyslogd[] = {{LandmarkKind::ShutdownBegin, "[origin software=", Take::Message, "exiting on signal"}};

constexpr Pattern kJournald[] = {
    {LandmarkKind::JournalStart, "Journal started", Take::Message, {}},
    {LandmarkKind::JournalStop, "Journal stopped", Take::Message, {}},
};

constexpr Pattern kHighAvailability[] = {
    // pve-ha-manager: "fencing: acknowledged - got agent lock for node 'x'", watchdog-mux: "client watchdog expired -
    // disable watchdog updates"
    {LandmarkKind::Fenced, "fencing: acknowledged", Take::Message, {}},
    {LandmarkKind::Fenced, {}, Take::Message, "'unknown' => 'fence'"},
    {LandmarkKind::WatchdogFired, {}, Take::Message, "client watchdog expired"},
    {LandmarkKind::WatchdogFired, {}, Take::Message, "watchdog active - unable to restart"},
};

constexpr Pattern kWatchdog[] = {
    {LandmarkKind::WatchdogArmed, {}, Take::Message, "Watchdog driver '"},  // watchdog-mux
    {LandmarkKind::WatchdogFired, {}, Take::Message, "client watchdog expired"},
    {LandmarkKind::ShutdownBegin, "shutting down the system because of error", Take::Message, {}},  // watchdog(8)
};

// NUT clients/upsmon.c (NOTIFY messages, doshutdown()); apcupsd src/action.c (event_msg[]).
constexpr Pattern kUps[] = {
    {LandmarkKind::ShutdownBegin, "Executing automatic power-fail shutdown", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Auto logout and shutdown proceeding", Take::Message, {}},
    {LandmarkKind::ShutdownBegin, "Initiating system shutdown!", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, " on battery"},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, " on line power"},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, " battery is low"},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, "forced shutdown in progress"},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, "battery needs to be replaced"},
    {LandmarkKind::HardwareEvent, "UPS ", Take::Message, "is unavailable"},
    {LandmarkKind::HardwareEvent, "Communications with UPS", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Power failure.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Running on UPS batteries.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Battery power exhausted.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Battery charge below low limit.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Battery failure. Emergency.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Reached run time limit on batteries.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Reached remaining time percentage limit on batteries.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "UPS battery must be replaced.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Power is back. UPS running on mains.", Take::Message, {}},
    {LandmarkKind::HardwareEvent, "Mains returned. No longer on UPS batteries.", Take::Message, {}},
};

constexpr Pattern kLog2ram[] = {{LandmarkKind::LogInMemory, {}, Take::Message, {}}};

std::optional<Mark> mark_if(const Pattern& pattern, std::string_view message) {
  if (!message.starts_with(pattern.start) ||
      message.find(pattern.contains, pattern.start.size()) == std::string_view::npos)
    return std::nullopt;
  Mark mark{pattern.kind, {}, 0};
  if (pattern.take == Take::Message) mark.text = message;
  if (pattern.take == Take::Rest) mark.text = message.substr(pattern.start.size());
  return mark;
}

std::optional<Mark> match(std::span<const Pattern> patterns, std::string_view message) {
  for (const Pattern& pattern : patterns) {
    if (const auto mark = mark_if(pattern, message)) return mark;
  }
  return std::nullopt;
}

// Kernel messages are many: only the patterns that begin with the message's first character are looked at.
static_assert(kKernel.size() <= 64);
constexpr auto kKernelByFirst = [] {
  std::array<uint64_t, 128> masks{};
  for (size_t i = 0; i < kKernel.size(); ++i) {
    for (size_t c = 0; c < masks.size(); ++c) {
      if (kKernel[i].start.empty() || static_cast<size_t>(kKernel[i].start[0]) == c) masks[c] |= uint64_t{1} << i;
    }
  }
  return masks;
}();

std::optional<Mark> match_kernel(std::string_view message) {
  for (uint64_t mask = kKernelByFirst[static_cast<unsigned char>(message[0]) & 127]; mask != 0; mask &= mask - 1) {
    if (const auto mark = mark_if(kKernel[static_cast<size_t>(std::countr_zero(mask))], message)) return mark;
  }
  return std::nullopt;
}

// "setting system clock to 2026-11-21T00:04:32 UTC (1795219472)" (drivers/rtc/class.c; before 5.0 with a blank in the
// date)
std::optional<Mark> clock_set(std::string_view message) {
  static constexpr std::string_view kSetting = "setting system clock to ";
  const size_t at = message.find(kSetting);
  if (at == std::string_view::npos) return std::nullopt;
  const size_t open = message.find('(', at);
  const size_t close = message.find(')', at);
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  const auto seconds = parse_int<int64_t>(message.substr(open + 1, close - open - 1));
  // Years 1970 to 2261 fit into nanoseconds.
  if (!seconds || *seconds < 0 || *seconds > 9'000'000'000) return std::nullopt;
  return Mark{LandmarkKind::ClockSet, message, *seconds * kSecond};
}

// The number behind `label`: "host: 1 has no active links" with "host: " gives 1.
std::optional<int64_t> number_after(std::string_view message, std::string_view label) {
  const size_t at = message.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = message.substr(at + label.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  size_t digits = 0;
  while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
  return parse_int<int64_t>(rest.substr(0, digits));
}

std::optional<Mark> kernel(std::string_view message) {
  message = strip_kernel_stamp(message);
  if (message.size() < 5) return std::nullopt;
  auto mark = match_kernel(message);
  if (!mark) return clock_set(message);
  switch (mark->kind) {
    case LandmarkKind::KernelBanner:  // "Linux version 6.17.9-1-pve (build@proxmox) ...": the release
      mark->text = mark->text.substr(0, mark->text.find(' '));
      break;
    case LandmarkKind::PstoreArmed:  // "Registered ramoops as persistent store backend"
      mark->text = mark->text.substr(0, mark->text.find(' '));
      break;
    case LandmarkKind::ShutdownEnd:
      mark->text = message.find("estart") != std::string_view::npos  ? "restart"
                   : message.find("halt") != std::string_view::npos  ? "halt"
                   : message.find("kexec") != std::string_view::npos ? "kexec"
                                                                     : "power-off";
      break;
    case LandmarkKind::WatchdogDevice: {  // "... initialized. heartbeat=10 sec (nowayout=1)"
      const int64_t seconds = number_after(message, "heartbeat=").value_or(0);
      mark->number = seconds > 0 && seconds < 100'000 ? seconds * kSecond : 0;
      break;
    }
    default: break;
  }
  return mark;
}

// corosync's messages, "[KNET  ] link: host: 1 link: 0 is down"; the subsystem may be padded or not. Wording from
// exec/totemknet.c ("host: %s has no active links" is libknet's, threads_common.c/host.c) and exec/totemsrp.c.
std::optional<Mark> corosync(std::string_view message) {
  std::string_view text = message;
  std::string_view subsystem;
  if (const size_t open = text.find('['); open != std::string_view::npos) {
    const size_t close = text.find(']', open);
    if (close == std::string_view::npos) return std::nullopt;
    subsystem = trim(text.substr(open + 1, close - open - 1));
    text = trim(text.substr(close + 1));
  }
  if (subsystem == "KNET") {
    // libknet prints "host: host: 1 has no active links": its subsystem's name, then the host.
    const size_t host_at = text.rfind("host:");
    const auto node = host_at == std::string_view::npos ? std::nullopt : number_after(text.substr(host_at), "host:");
    if (!node) return std::nullopt;
    if (text.find("has no active links") != std::string_view::npos) return Mark{LandmarkKind::KnetNoLinks, text, *node};
    if (text.ends_with("is down")) return Mark{LandmarkKind::KnetLinkDown, text, *node};
    if (text.ends_with("is up")) return Mark{LandmarkKind::KnetLinkUp, text, *node};
    return std::nullopt;
  }
  if (subsystem == "TOTEM") {
    if (const auto node = number_after(text, "Failed to receive the leave message. failed:")) {
      return Mark{LandmarkKind::MembershipLost, text, *node};
    }
    return std::nullopt;
  }
  return std::nullopt;
}

// pve-common's RESTEnvironment.pm: "<root@pam> starting task UPID:...", "<root@pam> end task UPID:... OK"; the tasks
// themselves: "start VM 100: UPID:...".
std::optional<Mark> task(std::string_view message) {
  const auto upid = model::find_upid(message);
  if (!upid) return std::nullopt;
  const bool ended = message.substr(0, static_cast<size_t>(upid->text.data() - message.data())).ends_with("end task ");
  return Mark{ended ? LandmarkKind::TaskEnd : LandmarkKind::TaskBegin, upid->text, upid->start};
}

// all-syslog.sh of zed.d: "eid=12 class=checksum pool='rpool' ...". Classes of module/zfs: FM_EREPORT_ZFS_* in
// sys/fm/fs/zfs.h; those that tell of a scrub's or a configuration's doings are none.
std::optional<Mark> zed(std::string_view message) {
  static constexpr std::array<std::string_view, 12> kErrors = {"data",
                                                               "checksum",
                                                               "io",
                                                               "delay",
                                                               "deadman",
                                                               "io_failure",
                                                               "probe_failure",
                                                               "authentication",
                                                               "log_replay",
                                                               "vdev.no_replicas",
                                                               "vdev.corrupt_data",
                                                               "vdev.open_failed"};
  const size_t at = message.find("class=");
  if (!message.starts_with("eid=") || at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = message.substr(at + 6);
  const std::string_view name = rest.substr(0, rest.find(' '));
  const bool lost = name == "statechange" && (rest.find("vdev_state=FAULTED") != std::string_view::npos ||
                                              rest.find("vdev_state=DEGRADED") != std::string_view::npos ||
                                              rest.find("vdev_state=UNAVAIL") != std::string_view::npos ||
                                              rest.find("vdev_state=REMOVED") != std::string_view::npos);
  if (!lost && std::ranges::find(kErrors, name) == kErrors.end()) return std::nullopt;
  return Mark{LandmarkKind::StorageError, message, number_after(message, "eid=").value_or(0)};
}

// pacemaker's and sbd's logs name the level and the function first: "notice: Operation ...", "emerg: do_exit: Rebooting
// system: reboot" (lib/common/logging.c; sbd-common.c).
std::string_view strip_cluster_prefix(std::string_view message) {
  for (int words = 0; words < 2; ++words) {
    const size_t end = message.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
    if (end == 0 || end == std::string_view::npos || message.substr(end, 2) != ": ") break;
    message.remove_prefix(end + 2);
  }
  return message;
}

// pacemaker 1.1 to 2.1, daemons/fenced/fenced_history.c and daemons/controld/controld_fencing.c: "Operation 'reboot'
// targeting node-a by node-b for pacemaker-controld.1234@node-b: OK", "Peer node-a was terminated (reboot) by node-b on
// behalf of pacemaker-controld.1234: OK"; sbd, src/sbd-common.c, sbd-md.c and sbd-inquisitor.c (1.5).
std::optional<Mark> fencing(std::string_view message) {
  message = strip_cluster_prefix(message);
  const auto has = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  const bool operation = message.starts_with("Operation ") && (has(" targeting ") || has(" of "));
  const bool peer = message.starts_with("Peer ") && has(" was terminated (");
  if ((operation || peer) && has(": OK")) return Mark{LandmarkKind::Fenced, message};
  if (has("successfully delivered to") && (message.starts_with("reset ") || message.starts_with("off ")))
    return Mark{LandmarkKind::Fenced, message};
  if (message.starts_with("Rebooting system: ")) return Mark{LandmarkKind::WatchdogFired, message};
  if (message.starts_with("Using watchdog device ")) return Mark{LandmarkKind::WatchdogArmed, message};
  return std::nullopt;
}

bool of_pacemaker(std::string_view ident) {
  return ident.starts_with("pacemaker") || ident == "stonith-ng" || ident == "crmd" || ident == "sbd";
}

bool of_proxmox(std::string_view ident) {
  static constexpr std::array<std::string_view, 7> kTools = {
      "qm", "pct", "vzdump", "qmrestore", "qmeventd", "spiceproxy", "proxmox-backup-proxy"};
  return ident.starts_with("pve") || std::ranges::find(kTools, ident) != kTools.end();
}

}  // namespace

Voice voice_of(std::string_view ident) {
  if (ident == "kernel") return Voice::Kernel;
  if (ident == "systemd" || ident == "init") return Voice::Systemd;
  if (ident == "systemd-journald" || ident == "systemd-journal") return Voice::Journald;
  if (ident == "systemd-shutdown" || ident == "systemd-logind" || ident == "shutdown") return Voice::Shutdown;
  if (ident == "corosync") return Voice::Corosync;
  if (ident == "pve-ha-crm" || ident == "pve-ha-lrm" || of_pacemaker(ident)) return Voice::HighAvailability;
  if (ident == "zed") return Voice::Zed;
  if (of_proxmox(ident)) return Voice::Proxmox;
  if (ident == "watchdog-mux" || ident == "watchdog") return Voice::Watchdog;
  if (ident == "rsyslogd") return Voice::Syslogd;
  if (ident == "log2ram") return Voice::Log2ram;
  if (ident == "upsmon" || ident == "nut-monitor" || ident == "apcupsd") return Voice::Ups;
  return Voice::Other;
}

std::string_view strip_kernel_stamp(std::string_view message, std::optional<Ns>* time) {
  if (!message.starts_with('[')) return message;
  const size_t close = message.find(']');
  if (close == std::string_view::npos || close > 24) return message;
  std::string_view stamp = message.substr(1, close - 1);
  while (stamp.starts_with(' ')) stamp.remove_prefix(1);
  const size_t point = stamp.find('.');
  if (point == std::string_view::npos) return message;
  const auto seconds = parse_int<int64_t>(stamp.substr(0, point));
  const std::string_view digits = stamp.substr(point + 1);
  const auto fraction = parse_int<int64_t>(digits);
  if (!seconds || !fraction || *seconds < 0 || *seconds > 4'000'000'000 || *fraction < 0 || digits.size() > 9)
    return message;
  if (time != nullptr) {
    Ns ns = *fraction;
    for (size_t i = digits.size(); i < 9; ++i) ns *= 10;
    *time = *seconds * kSecond + ns;
  }
  message.remove_prefix(close + 1);
  if (message.starts_with(' ')) message.remove_prefix(1);
  // PRINTK_CALLER: "[   T12] ", "[    C0] "
  if (message.starts_with('[')) {
    const size_t end = message.find(']');
    if (end != std::string_view::npos && end <= 12) {
      const std::string_view caller = trim(message.substr(1, end - 1));
      if (caller.size() >= 2 && (caller[0] == 'T' || caller[0] == 'C') && parse_int<uint32_t>(caller.substr(1))) {
        message.remove_prefix(end + 1);
        if (message.starts_with(' ')) message.remove_prefix(1);
      }
    }
  }
  return message;
}

std::optional<Mark> find_landmark(Voice voice, std::string_view message) {
  switch (voice) {
    case Voice::Other: return std::nullopt;
    case Voice::Kernel: return kernel(message);
    case Voice::Systemd: return match(kSystemd, message);
    case Voice::Journald: return match(kJournald, message);
    case Voice::Shutdown: return match(kShutdown, message);
    case Voice::Corosync: return corosync(message);
    case Voice::HighAvailability:
      if (const auto mark = task(message)) return mark;
      if (const auto mark = fencing(message)) return mark;
      return match(kHighAvailability, message);
    case Voice::Proxmox: return task(message);
    case Voice::Zed: return zed(message);
    case Voice::Syslogd: return match(kSyslogd, message);
    case Voice::Watchdog: return match(kWatchdog, message);
    case Voice::Log2ram: return match(kLog2ram, message);
    case Voice::Ups: return match(kUps, message);
  }
  return std::nullopt;
}

}  // namespace inquest::decode
