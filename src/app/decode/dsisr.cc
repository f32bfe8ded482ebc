// inquest decode dsisr: DSISR of ppc.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

// A bare number like any other.
Claim claim(std::string_view /*text*/) { return Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  const auto value = parse_word(text, 16);
  if (!value) return not_of_kind(text, "a DSISR (0x40000000)");
  return one(crashtext::read_dsisr(*value));
}

}  // namespace

extern const DecodeKind dsisr_decode_kind;
const DecodeKind dsisr_decode_kind = {
    .name = "dsisr",
    .summary = "why a data access of ppc failed",
    .example = "0x40000000",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
