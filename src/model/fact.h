// Facts, observations and claims about boots: what evidence states outright.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "model/evidence.h"
#include "model/stream.h"
#include "model/strings.h"

namespace inquest::model {

// A property of a host. Keys are dotted names; docs/formats/ lists who sets which:
//   host (name of the host that the evidence is about), timezone (IANA name), reporter (who made the observations),
//   timezone-abbreviation ("PST", in stamps of the same evidence), boot.start.ID (UTC ns, of that boot id),
//   journal.begins, .ends (as journalctl prints them),
//   kernel.release, kernel.cmdline (of a running kernel), grub.cmdline (configured for the next boot),
//   modprobe.alias, .blacklist, .install, .options, .remove, .softdep, .weakdep ("vfio-pci ids=10de:27b0", one a
//   statement), telegraf.interval, .flush_interval, .flush_jitter, .collection_jitter, .collection_offset, .precision
//   (ns), .round_interval, .omit_hostname, .hostname, .input (one a plugin), .input.NAME.interval (ns), .output (one a
//   plugin), .output.url, corosync.node.N (name of node id N), .node_count, .cluster_name, .token, .token_coefficient,
//   .consensus, .join, .knet_ping_interval, .knet_ping_timeout (ms as given), .knet_pong_count, .transport,
//   .config_version, .quorum.*, pstore.directory, .entries (count), .entry (a name) of each listing, .missing (a
//   directory that does not exist), pstore.record ("Panic#1 Part1"), zpool.*, zfs.* (docs/formats/ of each tool),
//   guest.ID.KEY (a Proxmox guest's settings), package.NAME, ha.*, cluster.*, lvm.volume, table.row, table.text,
//   command (that somebody ran). Of hardware, with the device in front of the value: bmc.*, ilo.*, smart.*, nvme.*,
//   pci.*, dmi.*, cpu.*, ras.*, edac.*, sensor (docs/formats/ of each tool).
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
