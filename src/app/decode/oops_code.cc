// inquest decode oops-code: the code in an oops line.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) { return crashtext::find_oops_code(text) ? Claim::Certain : Claim::No; }

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  std::optional<uint32_t> code = parse_word(text, 16);
  std::optional<uint32_t> count;
  if (const auto found = crashtext::find_oops_code(text)) {
    code = found->code;
    count = found->count;
  }
  if (!code) return not_of_kind(text, "an oops code (0002) or line (Oops: 0002 [#1])");
  Reading reading = crashtext::read_oops_code(*code, options.arch);
  if (text.find("general protection") != std::string_view::npos) {
    reading = crashtext::read_x86_trap(13);
    reading.note(*code == 0 ? "Code 0: not a bad segment; a non-canonical address, as a rule."
                            : "The code is the index of a bad segment selector.");
  }
  if (count && *count > 1)
    reading.note("[#" + std::to_string(*count) + "]: not the first oops of this boot; look for #1.");
  return one(std::move(reading));
}

}  // namespace

extern const DecodeKind oops_code_decode_kind;
const DecodeKind oops_code_decode_kind = {
    .name = "oops-code",
    .summary = "the number of an \"Oops:\" line, by architecture (--arch)",
    .example = "Oops: 0002 [#1] SMP",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
