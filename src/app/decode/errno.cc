// inquest decode errno: error numbers.

#include "app/decode_kind.h"
#include "crashtext/errno_name.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  if (crashtext::find_errno(text) != nullptr) return Claim::Certain;
  if (text.starts_with('-')) return parse_word(text.substr(1)) ? Claim::Likely : Claim::No;
  const auto number = parse_word(text);
  return number && *number <= INT32_MAX && crashtext::find_errno(static_cast<int>(*number)) != nullptr ? Claim::Possible
                                                                                                       : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& /*options*/) {
  if (const auto* name = crashtext::find_errno(text)) return one(crashtext::read_errno(name->number));
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto number = parse_word(text);
  if (!number || *number > INT32_MAX) return not_of_kind(text, "an error number (52, -5) or name (EIO, ECKSUM)");
  return one(crashtext::read_errno(static_cast<int>(*number)));
}

}  // namespace

extern const DecodeKind errno_decode_kind;
const DecodeKind errno_decode_kind = {
    .name = "errno",
    .summary = "an error number or name, with what ZFS, ext4 and others mean by it",
    .example = "52",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
