// inquest decode taint: the flags of /proc/sys/kernel/tainted.

#include "crashtext/taint.h"

#include "app/decode_kind.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (text.find("ainted") != std::string_view::npos || text.find("]=") != std::string_view::npos)
    return crashtext::find_taint_text(text) || crashtext::parse_taint(text) ? Claim::Certain : Claim::No;
  const auto taint = crashtext::parse_taint(text);
  if (!taint) return Claim::No;
  // A word of capitals is a set of letters; a number may be anything.
  return parse_number(text) ? Claim::Possible : Claim::Likely;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  const auto taint = crashtext::parse_taint(text);
  if (!taint) return not_of_kind(text, "a taint mask (4609, 0x1201), letters (POE) or a line with \"Tainted:\"");
  return one(crashtext::read_taint(*taint));
}

}  // namespace

extern const DecodeKind taint_decode_kind;
const DecodeKind taint_decode_kind = {
    .name = "taint",
    .summary = "the taint flags of a kernel: mask, letters, or a report's line",
    .example = "4609",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
