// Which hosts a batch of line protocol speaks of: their signs of life.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace inquest::record {

// One measurement of one host in a batch.
struct LineBeat {
  std::string host;  // the tag host, or instance without its port; empty: the lines name none
  std::string measurement;
  std::string reporter;  // the tag nodename, by which Proxmox VE says which node speaks for a guest
  Ns stated = 0;         // the newest of its lines' times, UTC
  std::optional<Ns> uptime;
  bool off = false;  // its reporter says that it does not run
};

// Lines as Store::write takes them. Reads of each line no more than its head and its time; an uptime is looked for in
// the measurements that have one: Telegraf's and Proxmox VE's `system`, `uptime` in seconds, and node_exporter's
// `node_boot_time_seconds`. Lines that say nothing of a host's life have no beat: what Prometheus itself notes of a
// target, which it does of a dead one as well (`up`, `scrape_...`, a prober's `probe_...`, its alerts), and storages,
// which Proxmox VE names as it does hosts.
std::vector<LineBeat> line_beats(std::string_view lines);

}  // namespace inquest::record
