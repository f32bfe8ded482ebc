// inquest decode aer: PCIe Advanced Error Reporting.

#include "crashtext/aer.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::read_aer_line(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  if (auto reading = crashtext::read_aer_line(text)) return one(*std::move(reading));
  const auto value = parse_word(text, 16);
  if (!value) return not_of_kind(text, "an AER status (0x00004000) or a line of the kernel about one");
  if (options.correctable) return one(crashtext::read_aer_correctable(*value));
  const auto severity = options.severity ? std::optional(static_cast<uint32_t>(*options.severity)) : std::nullopt;
  return one(crashtext::read_aer_uncorrectable(*value, severity));
}

}  // namespace

extern const DecodeKind aer_decode_kind;
const DecodeKind aer_decode_kind = {
    .name = "aer",
    .summary = "PCIe AER status bits (--correctable, --severity MASK), lines, or a TLP header",
    .example = "0x00004000",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
