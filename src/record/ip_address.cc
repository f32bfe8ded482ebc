#include "record/ip_address.h"

#include <algorithm>

#include <arpa/inet.h>

namespace inquest::record {
namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr size_t kLongest = INET6_ADDRSTRLEN;

}  // namespace

IpAddress IpAddress::v4(const std::array<uint8_t, 4>& bytes) {
  IpAddress address;
  std::ranges::copy(kMapped, address.bytes_.begin());
  std::ranges::copy(bytes, address.bytes_.begin() + kMapped.size());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= kLongest || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string name(text);
  std::array<uint8_t, 4> four{};
  if (inet_pton(AF_INET, name.c_str(), four.data()) == 1) return v4(four);
  std::array<uint8_t, 16> six{};
  if (inet_pton(AF_INET6, name.c_str(), six.data()) == 1) return v6(six);
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t byte) { return byte == 0; }) && bytes_.back() == 1;
}

std::string IpAddress::text() const {
  std::array<char, kLongest> out{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), out.data(), out.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), out.data(), out.size());
  }
  return out.data();
}

}  // namespace inquest::record
