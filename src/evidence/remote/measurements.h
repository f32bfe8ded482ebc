// Which measurements of an InfluxDB matter to a host's death.
#pragma once

#include <string_view>

namespace inquest::evidence {

// Those of Telegraf's host plugins, of Proxmox VE's metric server and of collectd: processor, memory, network, disks,
// temperatures, load, uptime. What services tell of themselves is left where it is.
bool matters(std::string_view measurement);

}  // namespace inquest::evidence
