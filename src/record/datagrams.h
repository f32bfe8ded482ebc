// Datagrams as a socket has them, many in one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "record/ip_address.h"

namespace inquest::record {

struct Datagram {
  IpAddress ip;
  uint16_t port = 0;
  std::string_view bytes;
};

// Reads up to kBatch datagrams a call, of any size. Not thread-safe.
class Datagrams {
 public:
  static constexpr size_t kBatch = 128;

  Datagrams();
  ~Datagrams();
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  // Asks the kernel to say how many datagrams it drops because the socket's buffer is full.
  static void count_drops(int socket);

  // What waits in a non-blocking socket; empty where nothing does. Valid until the next call.
  std::span<const Datagram> receive(int socket);
  // How many the kernel had dropped on this socket when the newest of them came: of 32 bits, so it wraps.
  uint32_t dropped() const { return dropped_; }

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
  uint32_t dropped_ = 0;
};

}  // namespace inquest::record
