// inquest decode sel: the system event log of a BMC.

#include "app/decode_kind.h"
#include "base/text.h"
#include "crashtext/sel_entry.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  const auto entry = crashtext::parse_sel_entry(text);
  if (!entry) return Claim::No;
  return text.find('|') != std::string_view::npos ? Claim::Certain : Claim::Likely;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  std::vector<Reading> readings;
  for (const std::string_view line : lines(text)) {
    if (const auto entry = crashtext::parse_sel_entry(line)) readings.push_back(crashtext::read_sel_entry(*entry));
  }
  if (readings.empty()) return not_of_kind(text, "a line of `ipmitool sel list` or a record of 16 bytes");
  return readings;
}

}  // namespace

extern const DecodeKind sel_decode_kind;
const DecodeKind sel_decode_kind = {
    .name = "sel",
    .summary = "an entry of a BMC's event log: ipmitool's line, or 16 raw bytes",
    .example = "1 | 02/09/2026 | 15:54:50 | Memory #0x53 | Uncorrectable ECC | Asserted",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
