// inquest decode pf: page-fault error codes of x86.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  return text.find("error_code(") != std::string_view::npos ? Claim::Certain : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const size_t at = text.find("error_code("); at != std::string_view::npos) {
    text = text.substr(at + std::string_view("error_code(").size());
    text = text.substr(0, text.find(')'));
  }
  const auto code = parse_word(text, 16);
  if (!code) return not_of_kind(text, "a page-fault error code (0x2)");
  return one(crashtext::read_page_fault(*code));
}

}  // namespace

extern const DecodeKind pf_decode_kind;
const DecodeKind pf_decode_kind = {
    .name = "pf",
    .summary = "the error code of an x86 page fault",
    .example = "0x2",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
