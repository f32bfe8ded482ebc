// inquest decode scause: scause of riscv.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

// A bare number like any other.
Claim claim(std::string_view /*text*/) { return Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  const auto value = parse_number(text, 16);
  if (!value) return not_of_kind(text, "a cause (0xd)");
  return one(crashtext::read_scause(*value));
}

}  // namespace

extern const DecodeKind scause_decode_kind;
const DecodeKind scause_decode_kind = {
    .name = "scause",
    .summary = "the trap cause of riscv",
    .example = "0xd",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
