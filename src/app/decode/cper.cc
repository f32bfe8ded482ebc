// inquest decode cper: Common Platform Error Records.

#include "crashtext/cper.h"

#include "app/decode_kind.h"
#include "base/text.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (parse_number(text)) return Claim::No;
  return crashtext::read_cper(text) ? Claim::Certain : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  std::vector<Reading> readings;
  for (const std::string_view line : lines(text)) {
    if (auto reading = crashtext::read_cper(line)) readings.push_back(*std::move(reading));
  }
  if (readings.empty()) return not_of_kind(text, "a line of APEI, a section's GUID or a severity");
  return readings;
}

}  // namespace

extern const DecodeKind cper_decode_kind;
const DecodeKind cper_decode_kind = {
    .name = "cper",
    .summary = "a line, section GUID or severity of APEI (GHES, BERT)",
    .example = "section_type: PCIe error",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
