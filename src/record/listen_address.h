// Where a listener listens, as people write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/ip_address.h"

namespace inquest::record {

enum class Transport : uint8_t { Any, Udp, Tcp, Tls };  // Any: all that the listener has without a certificate

struct ListenAddress {
  Transport transport = Transport::Any;
  IpAddress ip;
  uint16_t port = 0;  // 0: one that is free, for tests

  // "127.0.0.1:8086", "[::1]:8086", "localhost:8086", "*:8086" (all addresses of both versions of IP); "udp:", "tcp:"
  // or "tls:" before it means this one transport.
  static Result<ListenAddress> parse(std::string_view text);
  // As parse() takes it.
  std::string text() const;

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

}  // namespace inquest::record
