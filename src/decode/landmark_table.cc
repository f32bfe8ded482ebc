#include "decode/landmark_table.h"

#include <array>
#include <cstring>
#include <span>

#include "base/text.h"

namespace inquest::decode {
namespace {

using model::LandmarkKind;

enum class Where : uint8_t { Start, Anywhere };

// What of the message becomes the landmark's text.
enum class Take : uint8_t { Nothing, Message, Rest };

struct Pattern {
  LandmarkKind kind;
  Where where;
  std::string_view needle;
  Take take;
};

// Kernel wording, by the source file that prints it (v6.1 unless said otherwise). More specific ones first: the first that
// matches is the landmark.
constexpr Pattern kKernel[] = {
    {LandmarkKind::KernelBanner, Where::Start, "Linux version ", Take::Rest},            // init/version.c
    {LandmarkKind::CommandLine, Where::Start, "Kernel command line: ", Take::Rest},      // init/main.c
    {LandmarkKind::CommandLine, Where::Start, "Command line: ", Take::Rest},             // arch/x86/kernel/setup.c
    {LandmarkKind::Panic, Where::Start, "Kernel panic - not syncing: ", Take::Rest},     // kernel/panic.c
    {LandmarkKind::PanicEnd, Where::Start, "---[ end Kernel panic", Take::Nothing},
    {LandmarkKind::ShutdownEnd, Where::Start, "reboot: Restarting system", Take::Nothing},  // kernel/reboot.c
    {LandmarkKind::ShutdownEnd, Where::Start, "reboot: Power down", Take::Nothing},
    {LandmarkKind::ShutdownEnd, Where::Start, "reboot: System halted", Take::Nothing},
    {LandmarkKind::ShutdownEnd, Where::Start, "kexec_core: Starting new kernel", Take::Nothing},
    {LandmarkKind::ShutdownEnd, Where::Start, "Restarting system", Take::Nothing},       // before the "reboot: " prefix, 3.x
    {LandmarkKind::ShutdownEnd, Where::Start, "Power down.", Take::Nothing},
    {LandmarkKind::Thermal, Where::Start, "reboot: HARDWARE PROTECTION shutdown", Take::Message},
    {LandmarkKind::Thermal, Where::Anywhere, "critical temperature reached", Take::Message},  // drivers/thermal
    {LandmarkKind::HardLockup, Where::Anywhere, "Watchdog detected hard LOCKUP on cpu", Take::Message},  // kernel/watchdog_hld.c
    {LandmarkKind::SoftLockup, Where::Anywhere, "BUG: soft lockup - CPU#", Take::Message},               // kernel/watchdog.c
    {LandmarkKind::RcuStall, Where::Anywhere, "detected stalls on CPUs/tasks", Take::Message},           // kernel/rcu/tree_stall.h
    {LandmarkKind::RcuStall, Where::Anywhere, "self-detected stall on CPU", Take::Message},
    {LandmarkKind::RcuStall, Where::Anywhere, "detected expedited stalls on CPUs/tasks", Take::Message},
    {LandmarkKind::HungTask, Where::Start, "INFO: task ", Take::Message},                // kernel/hung_task.c
    {LandmarkKind::OutOfMemory, Where::Start, "Out of memory: ", Take::Message},         // mm/oom_kill.c
    {LandmarkKind::OutOfMemory, Where::Start, "Memory cgroup out of memory: ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "BUG: ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "Oops: ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "general protection fault", Take::Message},
    {LandmarkKind::Oops, Where::Start, "kernel BUG at ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "Internal error: ", Take::Message},               // arch/arm64/kernel/traps.c
    {LandmarkKind::Oops, Where::Start, "Unable to handle kernel ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "invalid opcode: ", Take::Message},
    {LandmarkKind::Oops, Where::Start, "divide error: ", Take::Message},
    {LandmarkKind::Warning, Where::Start, "WARNING: ", Take::Message},
    {LandmarkKind::MachineCheck, Where::Start, "mce: [Hardware Error]", Take::Message},  // arch/x86/kernel/cpu/mce/core.c
    {LandmarkKind::MachineCheck, Where::Start, "[Hardware Error]", Take::Message},
    {LandmarkKind::MachineCheck, Where::Start, "{1}[Hardware Error]", Take::Message},    // drivers/firmware/efi/cper.c
    {LandmarkKind::NmiWatchdogOff, Where::Anywhere, "NMI watchdog permanently disabled", Take::Message},
    {LandmarkKind::NmiWatchdogOn, Where::Start, "NMI watchdog: Enabled.", Take::Message},
    {LandmarkKind::PstoreArmed, Where::Start, "pstore: Registered ", Take::Rest},        // fs/pstore/platform.c
    {LandmarkKind::CrashKernel, Where::Start, "crashkernel reserved: ", Take::Message},  // 5.19 and newer
    {LandmarkKind::CrashKernel, Where::Anywhere, "for crashkernel (System RAM:", Take::Message},
    {LandmarkKind::NetconsoleUp, Where::Start, "netconsole: network logging started", Take::Message},
    {LandmarkKind::NetconsoleUp, Where::Start, "printk: console [netcon", Take::Message},
    {LandmarkKind::AerEnabled, Where::Anywhere, "AER: enabled with IRQ", Take::Message}, // drivers/pci/pcie/aer.c
    {LandmarkKind::WatchdogFired, Where::Anywhere, "watchdog did not stop!", Take::Message},  // drivers/watchdog/watchdog_dev.c
    {LandmarkKind::WatchdogArmed, Where::Anywhere, "initialized. heartbeat=", Take::Message}, // i6300esb, iTCO_wdt, sp5100_tco
    {LandmarkKind::WatchdogArmed, Where::Anywhere, "timer margin:", Take::Message},           // softdog
};

constexpr Pattern kSystemd[] = {
    // systemd's manager; src/core/manager.c and units' descriptions
    {LandmarkKind::ShutdownBegin, Where::Start, "Shutting down.", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Rebooting.", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Powering off.", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Halting system.", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target shutdown.target", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target Shutdown", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target System Shutdown", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target System Reboot", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target System Power Off", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target reboot.target", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target poweroff.target", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target Reboot", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target Power-Off", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target Power Off", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target Final Step", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Reached target final.target", Take::Message},
    {LandmarkKind::LogInMemory, Where::Anywhere, "log2ram", Take::Message},
    {LandmarkKind::LogInMemory, Where::Anywhere, "Log2Ram", Take::Message},
};

constexpr Pattern kShutdown[] = {
    // systemd-shutdown and systemd-logind: "System is rebooting.", "Sending SIGTERM to remaining processes..."
    {LandmarkKind::ShutdownBegin, Where::Start, "System is rebooting", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "System is powering down", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "System is halting", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "The system will reboot now!", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "The system will power off now!", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Syncing filesystems and block devices.", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "Sending SIGTERM to remaining processes", Take::Message},
};

constexpr Pattern kJournald[] = {
    {LandmarkKind::JournalStart, Where::Start, "Journal started", Take::Message},
    {LandmarkKind::JournalStop, Where::Start, "Journal stopped", Take::Message},
};

constexpr Pattern kHighAvailability[] = {
    // pve-ha-manager: "fencing: acknowledged - got agent lock for node 'x'", watchdog-mux: "client watchdog expired - disable watchdog updates"
    {LandmarkKind::Fenced, Where::Start, "fencing: acknowledged", Take::Message},
    {LandmarkKind::Fenced, Where::Anywhere, "'unknown' => 'fence'", Take::Message},
    {LandmarkKind::WatchdogFired, Where::Anywhere, "client watchdog expired", Take::Message},
    {LandmarkKind::WatchdogFired, Where::Anywhere, "watchdog active - unable to restart", Take::Message},
};

constexpr Pattern kWatchdog[] = {
    {LandmarkKind::WatchdogArmed, Where::Anywhere, "Watchdog driver '", Take::Message},  // watchdog-mux
    {LandmarkKind::WatchdogFired, Where::Anywhere, "client watchdog expired", Take::Message},
    {LandmarkKind::ShutdownBegin, Where::Start, "shutting down the system because of error", Take::Message},  // watchdog(8)
};

constexpr Pattern kLog2ram[] = {{LandmarkKind::LogInMemory, Where::Anywhere, "", Take::Message}};

std::optional<Mark> match(std::span<const Pattern> patterns, std::string_view message) {
  for (const Pattern& pattern : patterns) {
    const size_t at = pattern.where == Where::Start ? (message.starts_with(pattern.needle) ? 0 : std::string_view::npos)
                                                    : message.find(pattern.needle);
    if (at == std::string_view::npos) continue;
    Mark mark{pattern.kind, {}, 0};
    if (pattern.take == Take::Message) mark.text = message;
    if (pattern.take == Take::Rest) mark.text = message.substr(pattern.needle.size());
    return mark;
  }
  return std::nullopt;
}

// "setting system clock to 2026-11-21T00:04:32 UTC (1795219472)" (drivers/rtc/class.c; before 5.0 with a blank in the date)
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

std::optional<Mark> kernel(std::string_view message) {
  message = strip_kernel_stamp(message);
  if (message.size() < 5) return std::nullopt;
  auto mark = match(kKernel, message);
  if (!mark) return clock_set(message);
  switch (mark->kind) {
    case LandmarkKind::KernelBanner:  // "Linux version 6.17.9-1-pve (build@proxmox) ...": the release
      mark->text = mark->text.substr(0, mark->text.find(' '));
      break;
    case LandmarkKind::PstoreArmed:  // "Registered ramoops as persistent store backend"
      if (message.find("as persistent store backend") == std::string_view::npos) return std::nullopt;
      mark->text = mark->text.substr(0, mark->text.find(' '));
      break;
    case LandmarkKind::HungTask:
      if (message.find("blocked for more than") == std::string_view::npos) return std::nullopt;
      break;
    case LandmarkKind::ShutdownEnd:
      mark->text = message.find("estart") != std::string_view::npos  ? "restart"
                   : message.find("halt") != std::string_view::npos  ? "halt"
                   : message.find("kexec") != std::string_view::npos ? "kexec"
                                                                     : "power-off";
      break;
    case LandmarkKind::Warning:  // "WARNING: CPU: 0 PID: 1 at ...", "WARNING: at ...", "WARNING: file.c:12 at ..."; others are advice
      if (message.find(" at ") == std::string_view::npos) return std::nullopt;
      break;
    default: break;
  }
  return mark;
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

}  // namespace

Voice voice_of(std::string_view ident) {
  if (ident == "kernel") return Voice::Kernel;
  if (ident == "systemd" || ident == "init") return Voice::Systemd;
  if (ident == "systemd-journald" || ident == "systemd-journal") return Voice::Journald;
  if (ident == "systemd-shutdown" || ident == "systemd-logind" || ident == "shutdown") return Voice::Shutdown;
  if (ident == "corosync") return Voice::Corosync;
  if (ident == "pve-ha-crm" || ident == "pve-ha-lrm") return Voice::HighAvailability;
  if (ident == "watchdog-mux" || ident == "watchdog") return Voice::Watchdog;
  if (ident == "log2ram") return Voice::Log2ram;
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
  if (!seconds || !fraction || *seconds < 0 || *seconds > 4'000'000'000 || *fraction < 0 || digits.size() > 9) return message;
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
    case Voice::HighAvailability: return match(kHighAvailability, message);
    case Voice::Watchdog: return match(kWatchdog, message);
    case Voice::Log2ram: return match(kLog2ram, message);
  }
  return std::nullopt;
}

}  // namespace inquest::decode
