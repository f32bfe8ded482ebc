// Network interfaces, in all network namespaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "vmcore/kernel.h"

namespace inquest::vmcore {

struct NetCounters {
  uint64_t rx_packets = 0, rx_bytes = 0, rx_errors = 0, rx_dropped = 0;
  uint64_t tx_packets = 0, tx_bytes = 0, tx_errors = 0, tx_dropped = 0;
};

struct NetDevice {
  Object device;            // its struct net_device
  uint64_t name_space = 0;  // its namespace's inode number, as in "net:[4026531840]"
  std::string name;
  int32_t index = 0;
  uint32_t mtu = 0;
  uint64_t flags = 0;  // IFF_...
  bool carrier = false;
  std::string state;                   // "up", "down", "lowerlayerdown", ...: what RFC 2863 calls it
  std::string hardware;                // "52:54:00:12:34:56"; empty where there is none
  std::vector<std::string> addresses;  // "10.0.2.15/24", "fe80::1/64"
  // Nothing where the driver keeps them where nobody else knows: then `counters_note` says so.
  std::optional<NetCounters> counters;
  std::string counters_note;

  bool up() const { return (flags & 1) != 0; }
};

struct NetDevices {
  std::vector<NetDevice> devices;  // by namespace, the first one's first
  std::vector<std::string> problems;
};

NetDevices read_net_devices(Kernel& kernel);

// "10.0.2.15", "fe80::1": from the bytes as they are sent, 4 or 16 of them. Empty for other numbers of them.
std::string ip_address(std::span<const std::byte> bytes);

}  // namespace inquest::vmcore
