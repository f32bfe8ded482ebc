// inquest decode code: code bytes.

#include "crashtext/code.h"

#include "app/decode_kind.h"
#include "crashtext/krnl_code.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (crashtext::read_krnl_code(text)) return Claim::Certain;
  const auto code = crashtext::parse_code(text);
  if (!code) return Claim::No;
  if (text.find("Code:") != std::string_view::npos || text.find("dump:") != std::string_view::npos)
    return Claim::Certain;
  return code->fault || code->bytes.size() >= 12 ? Claim::Likely : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  if (auto listing = crashtext::read_krnl_code(text)) return one(std::move(*listing));
  const auto code = crashtext::parse_code(text, options.arch);
  if (!code)
    return not_of_kind(text,
                       "code bytes: \"Bad RIP value\" and \"Unable to access opcode bytes\" mean that the processor "
                       "was where no code is");
  return one(crashtext::read_code(*code));
}

}  // namespace

extern const DecodeKind code_decode_kind;
const DecodeKind code_decode_kind = {
    .name = "code",
    .summary = "the \"Code:\" bytes of a report, disassembled around the fault (--arch)",
    .example = "48 8b 47 18 <0f> 0b",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
