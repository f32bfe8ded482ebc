// inquest decode esr: ESR_EL1 of arm64.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (text.find("ESR = ") != std::string_view::npos) return Claim::Certain;
  // The classes that a kernel reports, with the bit for 32-bit instructions.
  const auto value = parse_number(text, 16);
  return value && text.size() <= 10 &&
                 (*value == 0x96000004 || (*value >> 24U) == 0x96 || (*value >> 24U) == 0x86 ||
                  (*value >> 24U) == 0xf2 || (*value >> 24U) == 0xbe || (*value >> 24U) == 0xbf)
             ? Claim::Likely
             : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const size_t at = text.find("ESR = "); at != std::string_view::npos) text = text.substr(at + 6);
  const auto value = parse_number(text, 16);
  if (!value) return not_of_kind(text, "an ESR (0x96000004)");
  return one(crashtext::read_esr(*value));
}

}  // namespace

extern const DecodeKind esr_decode_kind;
const DecodeKind esr_decode_kind = {
    .name = "esr",
    .summary = "the exception syndrome of arm64",
    .example = "0x96000004",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
