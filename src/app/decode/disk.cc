// inquest decode disk: ATA and SCSI.

#include "app/decode_kind.h"
#include "base/text.h"
#include "crashtext/disk_status.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::read_disk_line(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (auto reading = crashtext::read_disk_line(text)) return one(*std::move(reading));
  std::vector<uint8_t> numbers;
  for (const std::string_view part : split(text, '/')) {
    const auto value = parse_word(part, 16);
    if (!value || *value > 0xff) break;
    numbers.push_back(static_cast<uint8_t>(*value));
  }
  if (numbers.size() == 2) return one(crashtext::read_ata(numbers[0], numbers[1]));
  if (numbers.size() == 3) return one(crashtext::read_sense(numbers[0], numbers[1], numbers[2]));
  return not_of_kind(text, "a line of libata or sd, an ATA status and error (51/40) or a SCSI sense (3/11/00)");
}

}  // namespace

extern const DecodeKind disk_decode_kind;
const DecodeKind disk_decode_kind = {
    .name = "disk",
    .summary = "a libata line, ATA status/error (51/40) or SCSI sense (3/11/00)",
    .example = "51/40",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
