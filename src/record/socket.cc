#include "record/socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace inquest::record {
namespace {

// What bind() and getsockname() take; the kernel's own union of address structures.
union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

socklen_t fill(Address& out, const ListenAddress& address, bool v4) {
  out = {};
  if (v4) {
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(address.port);
    std::memcpy(&out.v4.sin_addr, address.ip.bytes().data() + 12, 4);
    return sizeof(out.v4);
  }
  out.v6.sin6_family = AF_INET6;
  out.v6.sin6_port = htons(address.port);
  std::memcpy(&out.v6.sin6_addr, address.ip.bytes().data(), 16);
  return sizeof(out.v6);
}

std::unexpected<Error> bind_error(std::string_view listener, const ListenAddress& address, bool udp, int code) {
  const std::string where = fmt::format("{}: {}:{} ({})", listener, address.ip == IpAddress() ? "*" : address.ip.text(),
                                        address.port, udp ? "UDP" : "TCP");
  switch (code) {
    case EADDRINUSE:
      return fail(
          ErrorCode::Failed,
          fmt::format("{} is in use already; `ss -ln{}p 'sport = :{}'` shows by whom, and --{} ADDR:PORT chooses "
                      "another one",
                      where, udp ? 'u' : 't', address.port, listener));
    case EACCES:
      return fail(
          ErrorCode::Denied,
          fmt::format("{}: permission denied; ports below 1024 need the capability CAP_NET_BIND_SERVICE, and --{} "
                      "ADDR:PORT chooses another one",
                      where, listener));
    case EADDRNOTAVAIL:
      return fail(ErrorCode::NotFound,
                  fmt::format("{}: this host has no such address; `ip address` shows those that it has", where));
    default: return fail(ErrorCode::Io, fmt::format("{}: {}", where, std::strerror(code)));
  }
}

Result<Socket> bound(std::string_view listener, const ListenAddress& address, bool udp) {
  const int type = (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  bool v4 = address.ip.is_v4();
  int fd = ::socket(v4 ? AF_INET : AF_INET6, type, 0);
  if (fd < 0 && errno == EAFNOSUPPORT && address.ip == IpAddress()) {  // a host without IPv6; 0.0.0.0 is all zeros too
    v4 = true;
    fd = ::socket(AF_INET, type, 0);
  }
  if (fd < 0) return bind_error(listener, address, udp, errno);
  Socket socket(fd);
  const int yes = 1;
  const int no = 0;
  // A restart need not wait until the connections of the last run have timed out.
  if (!udp) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (!v4) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, address.ip == IpAddress() ? &no : &yes, sizeof yes);
  Address raw{};
  const socklen_t size = fill(raw, address, v4);
  if (::bind(fd, &raw.any, size) != 0) return bind_error(listener, address, udp, errno);
  return socket;
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

int Socket::release() { return std::exchange(fd_, -1); }

Result<Socket> bind_udp(std::string_view listener, const ListenAddress& address, uint64_t receive_buffer) {
  auto socket = bound(listener, address, true);
  if (!socket || receive_buffer == 0) return socket;
  // The kernel doubles the number; what net.core.rmem_max allows is all that one gets without CAP_NET_ADMIN.
  const int bytes = static_cast<int>(std::min<uint64_t>(receive_buffer / 2, 1U << 30U));
  if (setsockopt(socket->descriptor(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
    setsockopt(socket->descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  return socket;
}

Result<Socket> bind_tcp(std::string_view listener, const ListenAddress& address) {
  auto socket = bound(listener, address, false);
  if (!socket) return socket;
  if (::listen(socket->descriptor(), SOMAXCONN) != 0) return bind_error(listener, address, false, errno);
  return socket;
}

int receive_buffer(const Socket& socket) {
  int bytes = 0;
  socklen_t size = sizeof bytes;
  return ::getsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVBUF, &bytes, &size) == 0 ? bytes : 0;
}

ListenAddress bound_address(const Socket& socket, const ListenAddress& asked) {
  ListenAddress address = asked;
  Address raw{};
  socklen_t size = sizeof raw;
  if (::getsockname(socket.descriptor(), &raw.any, &size) != 0) return address;
  address.port = ntohs(raw.any.sa_family == AF_INET ? raw.v4.sin_port : raw.v6.sin6_port);
  return address;
}

}  // namespace inquest::record
