#include "vmcore/net_devices.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <fmt/format.h>

#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr size_t kMostSpaces = 100'000;
constexpr size_t kMostDevices = 100'000;
constexpr size_t kMostAddresses = 10'000;

void add_address(const Object& bytes, uint64_t size, uint64_t prefix, NetDevice& out) {
  std::array<std::byte, 16> raw{};
  const std::span part = std::span(raw).first(size);
  if (!bytes.space().read(bytes.address(), part)) return;
  out.addresses.push_back(fmt::format("{}/{}", ip_address(part), prefix));
}

void read_addresses(Kernel& kernel, NetDevice& out, std::vector<std::string>& problems) {
  AddressSpace& space = kernel.space();
  Types& types = kernel.types();
  if (const auto v4 = out.device.pointer("ip_ptr"); v4 && !v4->null()) {
    const auto first = kernel.object("in_device", *v4).pointer("ifa_list");
    const auto next = types.offset("in_ifaddr", "ifa_next");
    const Walk walk = first && next ? walk_chain(space, *first, *next, kMostAddresses) : Walk();
    if (!walk.complete()) problems.push_back(fmt::format("addresses of {}: {}", out.name, walk.problem));
    for (const VirtAddr at : walk.found) {
      const Object one = kernel.object("in_ifaddr", at);
      if (const auto local = one.at("ifa_local")) add_address(*local, 4, one.number_or("ifa_prefixlen", 0), out);
    }
  }
  if (const auto v6 = out.device.pointer("ip6_ptr"); v6 && !v6->null()) {
    const auto head = kernel.object("inet6_dev", *v6).at("addr_list");
    const auto node = types.offset("inet6_ifaddr", "if_list");
    const Walk walk = head && node ? walk_list_of(space, head->address(), *node, kMostAddresses) : Walk();
    if (!walk.complete()) problems.push_back(fmt::format("addresses of {}: {}", out.name, walk.problem));
    for (const VirtAddr at : walk.found) {
      const Object one = kernel.object("inet6_ifaddr", at);
      if (const auto address = one.at("addr")) add_address(*address, 16, one.number_or("prefix_len", 0), out);
    }
  }
}

// The sum over all CPUs of a member of a struct that each has.
uint64_t sum(Kernel& kernel, std::string_view structure, VirtAddr base, std::string_view member) {
  const auto field = kernel.types().field(structure, member);
  uint64_t out = 0;
  for (const uint32_t cpu : kernel.possible_cpus()) {
    const auto place = kernel.per_cpu(base, cpu);
    if (field && place) out += kernel.space().u64(*place + field->offset).value_or(0);
  }
  return out;
}

// Three places are common: a struct in the device, and structs of each CPU of two kinds. Drivers with a function for it
// may have others.
void read_counters(Kernel& kernel, NetDevice& out) {
  const Object& device = out.device;
  NetCounters sums;
  const auto stats = device.at("stats");
  if (stats) {
    sums.rx_packets = stats->number_or("rx_packets", 0);
    sums.rx_bytes = stats->number_or("rx_bytes", 0);
    sums.rx_errors = stats->number_or("rx_errors", 0);
    sums.rx_dropped = stats->number_or("rx_dropped", 0);
    sums.tx_packets = stats->number_or("tx_packets", 0);
    sums.tx_bytes = stats->number_or("tx_bytes", 0);
    sums.tx_errors = stats->number_or("tx_errors", 0);
    sums.tx_dropped = stats->number_or("tx_dropped", 0);
  }
  if (const auto core = device.pointer("core_stats"); core && !core->null()) {
    sums.rx_dropped += sum(kernel, "net_device_core_stats", *core, "rx_dropped");
    sums.tx_dropped += sum(kernel, "net_device_core_stats", *core, "tx_dropped");
  } else if (device.has("rx_dropped")) {
    sums.rx_dropped += device.number_or("rx_dropped", 0);  // before v5.18
    sums.tx_dropped += device.number_or("tx_dropped", 0);
  }
  const auto function = device.pointer("netdev_ops->ndo_get_stats64");
  const Location own = function && !function->null() ? kernel.locate(*function) : Location();
  if (own.function.empty()) {
    if (stats) out.counters = sums;
    return;
  }
  const auto per_cpu = device.pointer(device.has("lstats") ? "lstats" : "tstats");
  const auto has = [&](std::string_view word) { return own.function.find(word) != std::string::npos; };
  if (per_cpu && !per_cpu->null() && (has("loopback") || has("lstats"))) {
    sums.tx_packets += sum(kernel, "pcpu_lstats", *per_cpu, "packets");
    sums.tx_bytes += sum(kernel, "pcpu_lstats", *per_cpu, "bytes");
    if (has("loopback")) {
      sums.rx_packets = sums.tx_packets;
      sums.rx_bytes = sums.tx_bytes;
    }
    out.counters = sums;
    return;
  }
  if (per_cpu && !per_cpu->null() && (has("tstats") || has("br_get_stats64") || has("tunnel"))) {
    sums.rx_packets += sum(kernel, "pcpu_sw_netstats", *per_cpu, "rx_packets");
    sums.rx_bytes += sum(kernel, "pcpu_sw_netstats", *per_cpu, "rx_bytes");
    sums.tx_packets += sum(kernel, "pcpu_sw_netstats", *per_cpu, "tx_packets");
    sums.tx_bytes += sum(kernel, "pcpu_sw_netstats", *per_cpu, "tx_bytes");
    out.counters = sums;
    return;
  }
  out.counters_note =
      fmt::format("kept by {}{}", own.function, own.module.empty() ? "()" : fmt::format("() of {}", own.module));
  // Many drivers count in the device too, and add there what the hardware says.
  if (sums.rx_packets != 0 || sums.tx_packets != 0) {
    out.counters = sums;
    out.counters_note += ", which may know more";
  }
}

NetDevice read_device(Kernel& kernel, VirtAddr at, uint64_t name_space, std::vector<std::string>& problems) {
  static constexpr std::array<std::string_view, 7> kStates = {"unknown", "notpresent", "down", "lowerlayerdown",
                                                              "testing", "dormant",    "up"};
  NetDevice out;
  out.device = kernel.object("net_device", at);
  const Object& device = out.device;
  out.name_space = name_space;
  out.name = device.string("name", 64).value_or("?");
  out.index = static_cast<int32_t>(device.number_or("ifindex", 0));
  out.mtu = static_cast<uint32_t>(device.number_or("mtu", 0));
  out.flags = device.number_or("flags", 0);
  constexpr uint64_t kNoCarrier = 1 << 2;  // __LINK_STATE_NOCARRIER
  out.carrier = (device.number_or("state", kNoCarrier) & kNoCarrier) == 0;
  const uint64_t state = device.number_or("operstate", 0);
  out.state = state < kStates.size() ? kStates[state] : "?";
  const uint64_t length = std::min<uint64_t>(device.number_or("addr_len", 0), 32);
  const auto hardware = device.pointer("dev_addr");
  if (hardware && !hardware->null() && length > 0) {
    const auto bytes = kernel.space().bytes(*hardware, length);
    for (size_t i = 0; bytes && i < bytes->size(); ++i) {
      out.hardware += fmt::format("{}{:02x}", i == 0 ? "" : ":", static_cast<unsigned>((*bytes)[i]));
    }
  }
  read_addresses(kernel, out, problems);
  read_counters(kernel, out);
  return out;
}

}  // namespace

NetDevices read_net_devices(Kernel& kernel) {
  NetDevices out;
  Types& types = kernel.types();
  const auto first = kernel.symbol("init_net");
  const auto node = types.offset("net", "list");
  const auto devices = types.offset("net", "dev_base_head");
  const auto device_node = types.offset("net_device", "dev_list");
  if (!first || !node || !devices || !device_node) {
    out.problems.emplace_back(first ? "the types struct net and struct net_device are not known"
                                    : "no symbol init_net");
    return out;
  }
  std::vector<VirtAddr> spaces = {*first};
  if (const auto list = kernel.symbol("net_namespace_list")) {
    const Walk walk = walk_list_of(kernel.space(), *list, *node, kMostSpaces);
    if (!walk.complete()) out.problems.push_back("net_namespace_list: " + walk.problem);
    for (const VirtAddr one : walk.found) {
      if (one != *first) spaces.push_back(one);
    }
  }
  for (const VirtAddr space : spaces) {
    const uint64_t number = kernel.object("net", space).number_or("ns.inum", 0);
    const Walk walk = walk_list_of(kernel.space(), space + *devices, *device_node, kMostDevices);
    if (!walk.complete()) {
      out.problems.push_back(fmt::format("devices of the namespace at {:#x}: {}", space.value, walk.problem));
    }
    for (const VirtAddr at : walk.found) out.devices.push_back(read_device(kernel, at, number, out.problems));
  }
  return out;
}

std::string ip_address(std::span<const std::byte> bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes.size() != 4 && bytes.size() != 16) return {};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return {};
  return text.data();
}

}  // namespace inquest::vmcore
