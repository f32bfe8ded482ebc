// Landmarks: the few events that an inquiry turns on, recognised while decoding.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/event.h"
#include "model/strings.h"

namespace inquest::model {

enum class LandmarkKind : uint8_t {
  // The life of a boot.
  KernelBanner,   // "Linux version ..."; text: the release
  CommandLine,    // "Command line: ..." / "Kernel command line: ..."; text: the command line
  ClockSet,       // "setting system clock to ... UTC (n)"; number: that n in ns since 1970
  JournalStart,   // systemd-journald: "Journal started"
  JournalStop,    // systemd-journald: "Journal stopped"
  ShutdownBegin,  // an orderly shutdown or reboot was asked for or is going on
  ShutdownEnd,    // the last words of one: "reboot: Restarting system", "reboot: Power down"; text: restart, power-off,
                  // halt, kexec
  // What kernels say when they die or nearly do; text: the message without its prefix.
  Panic,     // "Kernel panic - not syncing: ..."; text: the reason
  PanicEnd,  // "---[ end Kernel panic ..."
  Oops,      // BUG, Oops, general protection fault, ...
  Warning,   // WARNING: CPU: ...
  SoftLockup,
  HardLockup,
  RcuStall,
  HungTask,
  OutOfMemory,
  MachineCheck,
  Thermal,        // critical temperature, shutting down
  WatchdogFired,  // a watchdog that says it will reset
  // Whether the next crash could be seen.
  PstoreArmed,     // "Registered ... as persistent store backend"; text: the backend
  WatchdogDevice,  // a hardware watchdog's driver found its device, which does not mean that it runs; number: heartbeat
                   // in ns, 0 not said
  WatchdogArmed,   // something feeds a hardware watchdog
  NmiWatchdogOn,   // the kernel's own hard lockup detector is enabled
  NmiWatchdogOff,  // ... or permanently disabled
  CrashKernel,     // memory reserved for a crash kernel
  NetconsoleUp,
  AerEnabled,   // PCIe AER is enabled on some port
  DumpWritten,  // the last line of what a dying kernel left in pstore; number: its clock then, ns since 1970, to the
                // second below
  // The cluster's view; number: the node id, text: the state.
  KnetLinkDown,  // "[KNET  ] link: host: 1 link: 0 is down"
  KnetNoLinks,   // "[KNET  ] host: host: 1 has no active links"
  KnetLinkUp,
  MembershipLost,  // totem: "Members[...]", "left: 1"; number: the node id that left
  Fenced,          // HA fencing
  // What outlives the kernel; text: in the words of the log.
  HardwareEvent,  // firmware, a management controller or an error daemon recorded a fault or a change of power
  Change,         // a package, a setting or a kernel was changed
  // The management's tasks; text: the task's name (upid.h), number: when it was begun, UTC ns.
  TaskBegin,
  TaskEnd,
  CpuErratum,  // the kernel names a flaw of the CPU or its firmware that it works around or warns of; text: what it
               // says
  // Storage.
  StorageError,  // a pool or a disk that gave back wrong data or none; text: what was said
  // Log storage.
  LogInMemory,  // log2ram, tmpfs on /var/log: logs live in memory; text: what says so
};
std::string_view to_string(LandmarkKind kind);

struct Landmark {
  LandmarkKind kind{};
  EventId event = kNoEvent;
  StrId text = 0;
  int64_t number = 0;
};

}  // namespace inquest::model
