// inquest decode reset-reason: reset reasons of AMD.

#include "crashtext/reset_reason.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (crashtext::find_reset_reason(text)) return Claim::Certain;
  const auto value = parse_word(text);
  return value && text.size() == 10 && text.starts_with("0x") && (*value & 0x800U) != 0 && (*value >> 16U) != 0
             ? Claim::Possible
             : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto value = crashtext::find_reset_reason(text)) return one(crashtext::read_reset_reason(*value));
  const auto value = parse_word(text, 16);
  if (!value) return not_of_kind(text, "a reset reason (0x08000800) or the kernel's line");
  return one(crashtext::read_reset_reason(*value));
}

}  // namespace

extern const DecodeKind reset_reason_decode_kind;
const DecodeKind reset_reason_decode_kind = {
    .name = "reset-reason",
    .summary = "why an AMD machine was reset (Zen, kernels since v6.16)",
    .example = "0x08000800",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
