// inquest decode signal: signals.

#include "app/decode_kind.h"
#include "crashtext/errno_name.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (text.starts_with("SIG") && crashtext::find_signal(text) != nullptr) return Claim::Certain;
  const auto number = parse_word(text);
  return number && *number >= 1 && *number <= 31 ? Claim::Possible : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto* name = crashtext::find_signal(text)) return one(crashtext::read_signal(name->number));
  const auto number = parse_word(text);
  if (!number || *number > 1000) return not_of_kind(text, "a signal's number (11) or name (SIGSEGV)");
  return one(crashtext::read_signal(static_cast<int>(*number)));
}

}  // namespace

extern const DecodeKind signal_decode_kind;
const DecodeKind signal_decode_kind = {
    .name = "signal",
    .summary = "a signal by number or name",
    .example = "11",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
