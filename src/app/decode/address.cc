// inquest decode address: what an address tells by itself.

#include "crashtext/address.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  const auto value = parse_number(text, 16);
  if (!value) return Claim::No;
  if (*value <= UINT32_MAX || text.size() < 16) return text.starts_with("0x") ? Claim::Possible : Claim::No;
  // What is no address at all may be something else.
  return crashtext::read_address(*value).kind == crashtext::AddressKind::NonCanonical ? Claim::Possible : Claim::Likely;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  const auto value = parse_number(text, 16);
  if (!value) return not_of_kind(text, "an address (0xdead000000000122)");
  return one(crashtext::read_address(*value, options.arch).reading);
}

}  // namespace

extern const DecodeKind address_decode_kind;
const DecodeKind address_decode_kind = {
    .name = "address",
    .summary = "a pointer or fault address: NULL, poison, region, flipped bit",
    .example = "0xdead000000000122",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
