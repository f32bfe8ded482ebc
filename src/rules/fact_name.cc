#include "rules/fact_name.h"

#include <algorithm>
#include <iterator>

namespace inquest::rules {
namespace {

constexpr std::string_view kKernelFacts[] = {"kernel.cmdline", "kernel.release", "kernel.installed", "kernel.taint",
                                             "kernel.pinned"};
constexpr std::string_view kFactFamilies[] = {
    "apport",      "atop",    "block",    "bmc",     "boot",       "ceph",    "clock",      "corosync",  "cpu",
    "crashkernel", "df",      "dmi",      "docker",  "edac",       "ethtool", "free",       "grub",      "guest",
    "ha",          "host",    "identity", "ilo",     "interrupts", "journal", "journald",   "kdump",     "log2ram",
    "lvm",         "md",      "meminfo",  "memory",  "module",     "net",     "netconsole", "nixos",     "nvidia",
    "nvme",        "package", "pci",      "proc",    "process",    "pstore",  "ras",        "sar",       "sensor",
    "smart",       "swap",    "sysctl",   "sysstat", "systemd",    "table",   "telegraf",   "terraform", "top",
    "unit",        "ups",     "uptime",   "usb",     "virsh",      "vmcore",  "vmstat",     "zfs",       "zpool"};

}  // namespace

bool may_be_fact(std::string_view key) {
  const std::string_view family = key.substr(0, key.find('.'));
  if (family.size() == key.size() || family.contains('*')) return true;
  if (family == "kernel" && !key.contains('*')) return std::ranges::find(kKernelFacts, key) != std::end(kKernelFacts);
  return family == "kernel" || std::ranges::find(kFactFamilies, family) != std::end(kFactFamilies);
}

}  // namespace inquest::rules
