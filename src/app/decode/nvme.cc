// inquest decode nvme: NVMe status.

#include "app/decode_kind.h"
#include "crashtext/nvme_status.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::read_nvme_line(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (auto reading = crashtext::read_nvme_line(text)) return one(*std::move(reading));
  const auto value = parse_word(text, 16);
  if (!value) return not_of_kind(text, "a status (0x2002), \"sct 0x2 / sc 0x81\" or \"CSTS=0x3\"");
  if (*value == UINT32_MAX) return one(crashtext::read_nvme_csts(*value));
  if (*value > 0x7fff) return not_of_kind(text, "a status: it has 15 bits");
  return one(crashtext::read_nvme_status(*value));
}

}  // namespace

extern const DecodeKind nvme_decode_kind;
const DecodeKind nvme_decode_kind = {
    .name = "nvme",
    .summary = "the status of an NVMe command or controller",
    .example = "sct 0x2 / sc 0x81",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
