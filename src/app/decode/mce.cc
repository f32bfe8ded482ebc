// inquest decode mce: machine checks.

#include "crashtext/mce.h"

#include "app/decode_kind.h"
#include "base/text.h"

namespace inquest::app {
namespace {

// What the command line knows fills what the text does not say.
crashtext::MceRecord completed(crashtext::MceRecord record, const DecodeOptions& options) {
  const auto fill = [](std::optional<uint64_t>& field, const std::optional<uint64_t>& value) {
    if (!field) field = value;
  };
  fill(record.bank, options.bank);
  fill(record.ipid, options.ipid);
  fill(record.addr, options.address);
  fill(record.misc, options.misc);
  if (options.vendor != crashtext::CpuVendor::Unknown) record.processor.vendor = options.vendor;
  if (options.family) record.processor.family = static_cast<uint32_t>(*options.family);
  if (options.model) record.processor.model = static_cast<uint32_t>(*options.model);
  return record;
}

using crashtext::Reading;

Claim claim(std::string_view text) {
  crashtext::MceRecord record;
  for (const std::string_view line : lines(text)) (void)record.read(line);
  if (record.status && (record.bank || record.cpu)) return Claim::Certain;
  const auto value = parse_number(text, 16);
  // VAL, and something besides; addresses of a kernel have more ones on top.
  return value && text.size() >= 16 && (*value >> 60U) >= 8 && (*value >> 56U) != 0xff && (*value >> 48U) != 0xdead
             ? Claim::Likely
             : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  crashtext::MceRecord record;
  if (const auto status = parse_number(text, 16)) {
    record.status = *status;
  } else {
    // A log may hold several: each begins with its bank's line.
    std::vector<Reading> readings;
    const auto finish = [&] {
      if (record.status) readings.push_back(crashtext::read_mce(completed(record, options)));
      record = {};
    };
    for (const std::string_view line : lines(text)) {
      crashtext::MceRecord alone;
      (void)alone.read(line);
      if (record.status && (alone.status || (alone.bank && record.bank))) finish();
      (void)record.read(line);
    }
    finish();
    if (readings.empty()) return not_of_kind(text, "an MCi_STATUS (be00000000800400) or a record of a machine check");
    return readings;
  }
  return one(crashtext::read_mce(completed(record, options)));
}

}  // namespace

extern const DecodeKind mce_decode_kind;
const DecodeKind mce_decode_kind = {
    .name = "mce",
    .summary =
        "a machine check: MCi_STATUS (--vendor, --bank, --family, --model, --ipid, --addr, --misc), or a log's lines",
    .example = "be00000000800400 --vendor intel",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
