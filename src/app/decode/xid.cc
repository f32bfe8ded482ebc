// inquest decode xid: NVIDIA's Xid errors.

#include "crashtext/xid.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (crashtext::find_xid_number(text)) return Claim::Certain;
  const auto number = parse_word(text);
  return number && crashtext::find_xid(*number) != nullptr ? Claim::Possible : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto number = crashtext::find_xid_number(text)) return one(crashtext::read_xid(*number));
  const auto number = parse_word(text);
  if (!number) return not_of_kind(text, "an Xid's number (79) or the driver's line (NVRM: Xid ..)");
  return one(crashtext::read_xid(*number));
}

}  // namespace

extern const DecodeKind xid_decode_kind;
const DecodeKind xid_decode_kind = {
    .name = "xid",
    .summary = "an NVIDIA Xid error",
    .example = "79",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
