#include "vmcore/sockets.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "vmcore/net_devices.h"
#include "vmcore/open_files.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kUnix = 1;
constexpr uint64_t kInet = 2;
constexpr uint64_t kInet6 = 10;
constexpr uint64_t kNetlink = 16;
constexpr uint64_t kTcp = 6;

std::string family_name(uint64_t family) {
  struct Family {
    uint64_t number;
    std::string_view name;
  };
  static constexpr std::array kFamilies = {
      Family{kUnix, "UNIX"},       Family{kInet, "INET"},   Family{kInet6, "INET6"}, Family{15, "KEY"},
      Family{kNetlink, "NETLINK"}, Family{17, "PACKET"},    Family{21, "RDS"},       Family{29, "CAN"},
      Family{30, "TIPC"},          Family{31, "BLUETOOTH"}, Family{38, "ALG"},       Family{40, "VSOCK"},
      Family{43, "SMC"},           Family{44, "XDP"},       Family{45, "MCTP"}};
  const auto* const found = std::ranges::find(kFamilies, family, &Family::number);
  return found == kFamilies.end() ? fmt::format("{}", family) : std::string(found->name);
}

std::string type_name(uint64_t type) {
  static constexpr std::array<std::string_view, 7> kTypes = {"", "STREAM", "DGRAM", "RAW", "RDM", "SEQPACKET", "DCCP"};
  return type > 0 && type < kTypes.size() ? std::string(kTypes[type]) : fmt::format("{}", type);
}

// enum of include/net/tcp_states.h, which UNIX sockets use too.
std::string state_name(uint64_t state) {
  static constexpr std::array<std::string_view, 13> kStates = {
      "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
      "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};
  return state < kStates.size() ? std::string(kStates[state]) : fmt::format("{}", state);
}

std::string endpoint(const Object& sock, std::string_view member, size_t size, uint64_t port) {
  const auto place = sock.at(member);
  if (!place) return {};
  std::array<std::byte, 16> raw{};
  const std::span bytes = std::span(raw).first(size);
  if (!place->space().read(place->address(), bytes)) return {};
  const std::string text = ip_address(bytes);
  return fmt::format("{}{}{}:{}", size == 16 ? "[" : "", text, size == 16 ? "]" : "", port);
}

uint64_t from_network(uint64_t port) { return (port >> 8 & 0xff) | (port & 0xff) << 8; }

// The name that a UNIX socket is bound to: a path, or "@" and an abstract one.
std::string unix_name(Kernel& kernel, VirtAddr sock) {
  const auto address = kernel.object("unix_sock", sock).follow("addr");
  if (!address) return {};
  const auto name = address->at("name");
  const auto length = address->number("len");
  constexpr uint64_t kPath = 2;       // sun_path in struct sockaddr_un
  constexpr uint64_t kLongest = 110;  // of that
  if (!name || !length || *length <= kPath || *length > kLongest) return {};
  const auto bytes = kernel.space().bytes(name->address() + kPath, *length - kPath);
  if (!bytes) return {};
  std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  if (text.starts_with('\0')) {
    std::ranges::replace(text, '\0', '@');
    return text;
  }
  return text.substr(0, text.find('\0'));
}

// What nobody has read yet, and what the peer has not acknowledged; of one that listens, who waits to be accepted.
void read_tcp_queues(Kernel& kernel, const Object& sock, OpenSocket& out) {
  if (out.state == "LISTEN") {
    out.receive_queue = sock.number_or("sk_ack_backlog", 0);
    out.send_queue = sock.number_or("sk_max_ack_backlog", 0);
    return;
  }
  const Object tcp = kernel.object("tcp_sock", sock.address());
  const auto between = [&](std::string_view from, std::string_view to) -> uint64_t {
    const auto first = tcp.number(from);
    const auto last = tcp.number(to);
    return first && last ? static_cast<uint32_t>(*last - *first) : 0;  // sequence numbers wrap
  };
  out.receive_queue = between("copied_seq", "rcv_nxt");
  out.send_queue = between("snd_una", "write_seq");
}

void read_sock(Kernel& kernel, const Object& sock, OpenSocket& out) {
  const uint64_t family = sock.number_or("__sk_common.skc_family", 0);
  const uint64_t type = sock.number_or("sk_type", 0);
  const uint64_t protocol = sock.number_or("sk_protocol", 0);
  const uint64_t state = sock.number_or("__sk_common.skc_state", 0);
  out.family = family_name(family);
  out.type = type_name(type);
  out.receive_queue = sock.number_or("sk_backlog.rmem_alloc", 0);
  out.send_queue = sock.number_or("sk_wmem_queued", 0);
  if (family == kInet || family == kInet6) {
    const bool six = family == kInet6;
    const uint64_t local = sock.number_or("__sk_common.skc_num", 0);
    const uint64_t peer = from_network(sock.number_or("__sk_common.skc_dport", 0));
    const size_t size = six ? 16 : 4;
    out.local = endpoint(sock, six ? "__sk_common.skc_v6_rcv_saddr" : "__sk_common.skc_rcv_saddr", size, local);
    if (peer != 0) out.peer = endpoint(sock, six ? "__sk_common.skc_v6_daddr" : "__sk_common.skc_daddr", size, peer);
    if (protocol == kTcp) {
      out.state = state_name(state);
      read_tcp_queues(kernel, sock, out);
    }
  } else if (family == kUnix) {
    out.local = unix_name(kernel, sock.address());
    if (const auto peer = kernel.object("unix_sock", sock.address()).pointer("peer"); peer && !peer->null()) {
      out.peer = unix_name(kernel, *peer);
      // Most clients have no name.
      if (out.peer.empty()) out.peer = fmt::format("sock {:#x}", peer->value);
    }
    out.state = state_name(state);
  } else if (family == kNetlink) {
    const Object netlink = kernel.object("netlink_sock", sock.address());
    if (const auto port = netlink.number("portid")) out.local = fmt::format("port {}, protocol {}", *port, protocol);
  }
}

}  // namespace

OpenSockets sockets_of(Kernel& kernel, const Task& task) {
  OpenSockets out;
  OpenFiles files = open_files_of(kernel, task);
  out.problems = std::move(files.problems);
  const auto inside = kernel.types().offset("socket_alloc", "vfs_inode");
  const auto socket_at = kernel.types().offset("socket_alloc", "socket");
  for (const OpenFile& file : files.files) {
    if (file.type != "SOCK" || !inside || !socket_at) continue;
    OpenSocket one;
    one.fd = file.fd;
    one.socket = file.inode - *inside + *socket_at;
    const auto sock = kernel.object("socket", one.socket).follow("sk");
    if (sock) {
      one.sock = sock->address();
      read_sock(kernel, *sock, one);
    } else if (sock.error().code != ErrorCode::NotFound) {
      out.problems.push_back(fmt::format("file {}: {}", file.fd, sock.error().text()));
    }
    out.sockets.push_back(std::move(one));
  }
  return out;
}

}  // namespace inquest::vmcore
