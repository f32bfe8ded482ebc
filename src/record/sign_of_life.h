// What shows that a host is alive: something of it arrived.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace inquest::record {

// Views live for the call that is given the sign.
struct Sign {
  std::string_view host;
  // What of the host spoke: "netconsole", "syslog", "journal", "telemetry BUCKET". Each is a witness of its own against
  // an agent's failure, none against that of the network that they share.
  std::string_view witness;
  std::string_view source;    // what in it has a pace of its own: a measurement; empty: the witness as a whole
  std::string_view peer;      // the address that it came from: signs over one address share a path
  std::string_view reporter;  // the host that speaks for this one, as a node does for its guests; empty: itself
  Ns steady = 0;              // when it arrived, on a clock that does not jump
  Ns received = 0;            // the same on the recorder's wall clock, which may
  std::optional<Ns> stated;   // when it was made, by the sender's clock; UTC
  bool paced = true;          // false: says that the host lives, and nothing about when the next one is due
  bool sampled = true;        // taken on a timer; false: written when something happened
  bool kernel = false;        // the kernel itself spoke, which it does when nothing else runs any more, too
  bool banner = false;        // the first line of a kernel that starts
  std::optional<Ns> uptime;   // how long its kernel had been running
  std::string_view boot_id;   // empty: not said

  bool reported() const { return !reporter.empty() && reporter != host; }
};

}  // namespace inquest::record
