// The sockets that a task has open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vmcore/kernel.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {

struct OpenSocket {
  uint32_t fd = 0;
  VirtAddr socket, sock;    // struct socket, and its struct sock; the latter null where it has none
  std::string family;       // "INET", "INET6", "UNIX", "NETLINK", "PACKET", ...; a number for others
  std::string type;         // "STREAM", "DGRAM", "RAW", "SEQPACKET"
  std::string state;        // of TCP and UNIX streams: "ESTABLISHED", "LISTEN"; empty for others
  std::string local, peer;  // "127.0.0.1:80", "[::1]:53", "/run/x.sock", "@abstract"; empty where there is none
  // As ss(8) shows them: bytes that wait; of one that listens, connections to accept, and how many there may be. Of
  // other protocols than TCP the memory that its packets take.
  uint64_t receive_queue = 0, send_queue = 0;
};

struct OpenSockets {
  std::vector<OpenSocket> sockets;
  std::vector<std::string> problems;
};

OpenSockets sockets_of(Kernel& kernel, const Task& task);

}  // namespace inquest::vmcore
