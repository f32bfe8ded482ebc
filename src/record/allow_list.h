// Who may send: networks in CIDR notation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/ip_address.h"

namespace inquest::record {

// Addresses that begin with the same bits.
struct Network {
  IpAddress base;
  uint8_t bits = 128;  // of the address as IpAddress keeps it: an IPv4 prefix of 24 counts 120

  // "192.0.2.0/24", "2001:db8::/32", or one address. Bits behind the prefix have to be 0, because "192.0.2.7/24" may be
  // meant as either.
  static Result<Network> parse(std::string_view text);
  bool has(const IpAddress& address) const;

  friend bool operator==(const Network&, const Network&) = default;
};

class AllowList {
 public:
  // Everybody.
  AllowList() = default;
  // Everybody, where there are none.
  static Result<AllowList> parse(std::span<const std::string> networks);

  bool allows(const IpAddress& address) const;

  friend bool operator==(const AllowList&, const AllowList&) = default;

 private:
  std::vector<Network> networks_;
};

}  // namespace inquest::record
