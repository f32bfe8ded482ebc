#include "record/allow_list.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::record {
namespace {

bool bit(const IpAddress& address, size_t at) { return ((address.bytes()[at / 8] >> (7 - at % 8)) & 1U) != 0; }

}  // namespace

Result<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  const auto no = [&](std::string_view why) {
    return fail(ErrorCode::Malformed,
                fmt::format("\"{}\" {}; a network is written 192.0.2.0/24 or 2001:db8::/32", printable(text), why));
  };
  if (!base) return no("is no network");
  if (slash == std::string_view::npos) return Network{*base, 128};
  // Mapped addresses are written either way: ::ffff:192.0.2.0/120 is 192.0.2.0/24.
  const bool dotted = base->is_v4() && text.find(':') == std::string_view::npos;
  const unsigned most = dotted ? 32 : 128;
  const auto prefix = parse_int<unsigned>(text.substr(slash + 1));
  if (!prefix || *prefix > most) return no(fmt::format("has no prefix of 0 to {} bits", most));
  const unsigned bits = *prefix + (128 - most);
  for (size_t at = bits; at < 128; ++at) {
    if (bit(*base, at)) return no("names one host and a prefix");
  }
  return Network{*base, static_cast<uint8_t>(bits)};
}

bool Network::has(const IpAddress& address) const {
  const size_t whole = bits / 8;
  if (!std::equal(base.bytes().begin(), base.bytes().begin() + static_cast<ptrdiff_t>(whole), address.bytes().begin()))
    return false;
  for (size_t at = whole * 8; at < bits; ++at) {
    if (bit(base, at) != bit(address, at)) return false;
  }
  return true;
}

Result<AllowList> AllowList::parse(std::span<const std::string> networks) {
  AllowList list;
  for (const std::string& text : networks) {
    const auto network = Network::parse(text);
    if (!network) return fail(network.error());
    list.networks_.push_back(*network);
  }
  return list;
}

bool AllowList::allows(const IpAddress& address) const {
  return networks_.empty() ||
         std::ranges::any_of(networks_, [&](const Network& network) { return network.has(address); });
}

}  // namespace inquest::record
