#include "record/listen_address.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::record {
namespace {

constexpr std::array kTransports = {
    std::pair{std::string_view("udp:"), Transport::Udp},
    std::pair{std::string_view("tcp:"), Transport::Tcp},
    std::pair{std::string_view("tls:"), Transport::Tls},
};

std::optional<IpAddress> host(std::string_view text) {
  if (text == "localhost") return IpAddress::v4({127, 0, 0, 1});
  if (text == "*") return IpAddress();
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
    return address && !address->is_v4() ? address : std::nullopt;
  }
  const auto address = IpAddress::parse(text);
  return address && address->is_v4() && text.find(':') == std::string_view::npos ? address : std::nullopt;
}

}  // namespace

Result<ListenAddress> ListenAddress::parse(std::string_view text) {
  ListenAddress address;
  std::string_view rest = text;
  for (const auto& [word, transport] : kTransports) {
    if (!rest.starts_with(word)) continue;
    address.transport = transport;
    rest.remove_prefix(word.size());
    break;
  }
  const size_t colon = rest.rfind(':');
  const auto ip = colon == std::string_view::npos ? std::nullopt : host(rest.substr(0, colon));
  const auto port = colon == std::string_view::npos ? std::nullopt : parse_int<uint16_t>(rest.substr(colon + 1));
  if (!ip || !port) {
    return fail(
        ErrorCode::Malformed,
        fmt::format("\"{}\" is no address to listen on; write 127.0.0.1:8086, [::1]:8086 or *:8086", printable(text)));
  }
  address.ip = *ip;
  address.port = *port;
  return address;
}

std::string ListenAddress::text() const {
  std::string out;
  for (const auto& [word, named] : kTransports) {
    if (named == transport) out = word;
  }
  if (ip == IpAddress()) {
    out += '*';
  } else {
    out += ip.is_v4() ? ip.text() : fmt::format("[{}]", ip.text());
  }
  return out + fmt::format(":{}", port);
}

}  // namespace inquest::record
