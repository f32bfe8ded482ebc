#include "evidence/remote/measurements.h"

#include <algorithm>
#include <array>

namespace inquest::evidence {

bool matters(std::string_view measurement) {
  // Telegraf: plugins/inputs/*/README.md. Proxmox VE: PVE/Status/InfluxDB.pm makes one measurement of each hash of a
  // node's status ("cpustat", "memory", "nics", "blockstat", "pressures") and "system" of the rest.
  static constexpr std::array<std::string_view, 32> kNames = {
      "blockstat",    "bond",        "cpu",    "cpustat",       "disk",      "diskio",    "edac",      "hddtemp",
      "interrupts",   "ipmi_sensor", "kernel", "kernel_vmstat", "linux_cpu", "mdstat",    "mem",       "memory",
      "net",          "netstat",     "nics",   "nvidia_smi",    "pressure",  "pressures", "processes", "sensors",
      "smart_device", "swap",        "system", "temp",          "thermal",   "upsd",      "zfs",       "zfs_pool"};
  static_assert(std::ranges::is_sorted(kNames));
  // collectd's plugins become "PLUGIN_VALUE" (influxdata/influxdb services/collectd/README.md).
  static constexpr std::array<std::string_view, 12> kCollectd = {"contextswitch_", "cpu_",  "df_",      "disk_",
                                                                 "interface_",     "load_", "memory_",  "nvme_",
                                                                 "sensors_",       "swap_", "thermal_", "uptime_"};
  return std::ranges::binary_search(kNames, measurement) ||
         std::ranges::any_of(kCollectd, [&](std::string_view prefix) { return measurement.starts_with(prefix); });
}

}  // namespace inquest::evidence
