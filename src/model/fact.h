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
//   kernel.release, kernel.cmdline (of a running kernel), grub.cmdline (configured for the next boot), modprobe.blacklist,
//   modprobe.options, telegraf.interval, telegraf.flush_interval, telegraf.flush_jitter, telegraf.collection_jitter (ns),
//   telegraf.input (one per plugin), corosync.node.N (name of node id N), pstore.entries (count), timezone (IANA name).
struct Fact {
  StrId host = 0;  // 0: the host that the evidence is about
  std::string key;
  std::string value;
  Citation cite;
};

// What a person saw, heard or did, from observations.toml.
struct Observation {
  StrId host = 0;
  std::string kind;    // "console-dead", "powered-on", "switch-port-idle", "hard-reset", "log-ends", "change", "note", ...
  std::string text;    // in the person's words
  std::string sense;   // by which sense or instrument: "sight", "touch", "switch-ui", ...; may be empty
  StreamId stream = 0; // clock of the times below
  std::optional<Ns> from;  // raw times on the stream's clock; both empty: not said when
  std::optional<Ns> to;
  Precision precision = Precision::Second;
  Citation cite;
};

// A boot that something lists: a line of `journalctl --list-boots`, a reboot record of wtmp.
struct BootClaim {
  StrId host = 0;
  StrId boot_id = 0;
  StreamId stream = 0;     // clock of the times below
  Ns first = 0;
  std::optional<Ns> last;  // last entry
  std::optional<bool> orderly;  // whether the source itself says that it ended in a shutdown
  Citation cite;
};

}  // namespace inquest::model
