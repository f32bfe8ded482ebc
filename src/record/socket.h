// Sockets bound to where a listener listens, with errors that say what to do.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "record/listen_address.h"

namespace inquest::record {

// An open descriptor. Move-only; closes itself.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  int descriptor() const { return fd_; }
  // Gives it to the caller.
  int release();

 private:
  int fd_ = -1;
};

// A non-blocking socket, close-on-exec, bound to the address; one for TCP listens as well. "*" takes both versions of
// IP where the host has both. `listener` is the flag's name ("netconsole"), for the message: "netconsole:
// 127.0.0.1:6666 (UDP) is in use already; ...". For UDP, `receive_buffer` bytes are asked of the kernel, also beyond
// its usual limit where the recorder may; 0 leaves the kernel's default.
Result<Socket> bind_udp(std::string_view listener, const ListenAddress& address, uint64_t receive_buffer);
Result<Socket> bind_tcp(std::string_view listener, const ListenAddress& address);

// Bytes that the kernel holds until they are read; it counts its own memory, about 1 KiB for a short datagram.
int receive_buffer(const Socket& socket);

// Where it is bound, with the port that was chosen for port 0. The transport is the given one.
ListenAddress bound_address(const Socket& socket, const ListenAddress& asked);

}  // namespace inquest::record
