// Facts, observations and claims about boots: what evidence states outright.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "model/evidence.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

// A property of a host. Keys are dotted names; docs/facts.md lists them all,
// docs/formats/ says who sets which. Those that the reasoning turns on: host (name of
// the host that the evidence is about), timezone (IANA name), timezone-abbreviation
// ("PST", in stamps of the same evidence), reporter (who made the observations),
// boot.start.ID (UTC ns, of that boot id), journal.begins, .ends (as journalctl prints
// them), .persistent ("no"), path.missing, journald.*, log2ram.*, fstab and mount
// ("/var/log tmpfs tmpfs size=128m"), unit.*, sysctl.*, kernel.release, kernel.cmdline
// (of a running kernel), grub.cmdline (configured for the next boot), grub.mangled,
// memory.total (bytes), crashkernel.failed, kdump.*, modprobe.options and the other
// statements ("vfio-pci ids=10de:27b0", one a statement), netconsole.parameter,
// terraform.*, nixos.*, pstore.*, telegraf.* (times in ns), corosync.* (times in ms as
// given), ha.*, cluster.*, zpool.*, zfs.*, guest.ID.KEY (a Proxmox guest's settings),
// package.NAME, command (that somebody ran). Of hardware, with the device in front of
// the value: bmc.*, ilo.*, smart.*, nvme.*, pci.*, dmi.*, cpu.*, ras.*, edac.*,
// sensor.
struct Fact {
  StrId host = 0;  // 0: the host that the evidence is about
  std::string key;
  std::string value;
  Citation cite;
};

// What a person saw, heard or did, from observations.toml.
struct Observation {
  StrId host = 0;
  std::string
      kind;  // "console-dead", "powered-on", "switch-port-idle", "hard-reset", "log-ends", "change", "note", ...
  std::string text;        // in the person's words
  std::string sense;       // by which sense or instrument: "sight", "touch", "switch", "web-ui", ...; may be empty
  std::string source;      // what was looked at: "journalctl -b -1"; may be empty
  std::string module;      // the kernel module that a change concerns; may be empty
  std::string component;   // what else a change concerns: "log2ram", "BIOS"; may be empty
  StreamId stream = 0;     // clock of the times below
  std::optional<Ns> from;  // raw times on the stream's clock; both empty: not said when
  std::optional<Ns> to;
  Precision precision = Precision::Second;
  Citation cite;
};

// A boot that something lists: a line of `journalctl --list-boots`, a reboot record of wtmp.
struct BootClaim {
  StrId host = 0;
  StrId boot_id = 0;
  StreamId stream = 0;  // clock of the times below
  Ns first = 0;
  std::optional<Ns> last;       // last entry
  std::optional<bool> orderly;  // whether the source itself says that it ended in a shutdown
  Citation cite;
};

}  // namespace inquest::model
