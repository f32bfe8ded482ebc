// inquest decode exit: the status that wait() would have given for PID 1.

#include "app/decode_kind.h"
#include "crashtext/exit_status.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (crashtext::find_exit_status(text)) return Claim::Certain;
  // As the kernel prints it.
  return text.size() == 10 && text.starts_with("0x0000") && parse_word(text) ? Claim::Likely : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto status = crashtext::find_exit_status(text)) return one(crashtext::read_exit_status(*status));
  const auto raw = parse_word(text);
  if (!raw) return not_of_kind(text, "a wait status (0x00000200) or the line of the panic");
  return one(crashtext::read_exit_status({*raw}));
}

}  // namespace

extern const DecodeKind exit_decode_kind;
const DecodeKind exit_decode_kind = {
    .name = "exit",
    .summary = "how PID 1 ended: the wait status of \"Attempted to kill init\"",
    .example = "0x00000200",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
