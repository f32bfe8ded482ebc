// inquest decode nmi: NMI reasons.

#include "crashtext/nmi.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::find_nmi_reason(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto reason = crashtext::find_nmi_reason(text)) return one(crashtext::read_nmi_reason(*reason));
  const auto value = parse_word(text, 16);
  if (!value || *value > 0xff) return not_of_kind(text, "a reason byte (3d, b1)");
  return one(crashtext::read_nmi_reason(static_cast<uint8_t>(*value)));
}

}  // namespace

extern const DecodeKind nmi_decode_kind;
const DecodeKind nmi_decode_kind = {
    .name = "nmi",
    .summary = "the reason byte of an NMI",
    .example = "3d",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
