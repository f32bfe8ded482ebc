// Addresses of senders, in one form for both versions of IP.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace inquest::record {

// An IPv6 address; one of IPv4 is kept as ::ffff:a.b.c.d, so that both compare and hash alike.
class IpAddress {
 public:
  IpAddress() = default;  // ::
  static IpAddress v4(const std::array<uint8_t, 4>& bytes);
  static IpAddress v6(const std::array<uint8_t, 16>& bytes) { return IpAddress(bytes); }
  // "192.0.2.7", "2001:db8::1", "::ffff:192.0.2.7"; without a zone. Nothing else is taken.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;  // 127.0.0.0/8 and ::1
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  // As parse() takes it; IPv4 with dots.
  std::string text() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  explicit IpAddress(const std::array<uint8_t, 16>& bytes) : bytes_(bytes) {}
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace inquest::record
