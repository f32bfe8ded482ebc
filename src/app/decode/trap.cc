// inquest decode trap: exceptions by number.

#include "app/decode_kind.h"
#include "crashtext/fault.h"

namespace inquest::app {
namespace {

using crashtext::Reading;

Claim claim(std::string_view text) {
  const auto value = parse_word(text);
  return value && *value < 32 ? Claim::Possible : Claim::No;
}

Result<std::vector<Reading>> read(std::string_view text, const DecodeOptions& options) {
  const bool hex = options.arch == crashtext::Arch::Ppc || options.arch == crashtext::Arch::Ppc64 ||
                   options.arch == crashtext::Arch::S390;
  const auto value = parse_word(text, hex ? 16 : 10);
  if (!value) return not_of_kind(text, "a trap's number (13; 0x700 --arch ppc64)");
  if (options.arch == crashtext::Arch::S390) return one(crashtext::read_program_interruption(*value));
  return one(hex ? crashtext::read_ppc_trap(*value) : crashtext::read_x86_trap(*value));
}

}  // namespace

extern const DecodeKind trap_decode_kind;
const DecodeKind trap_decode_kind = {
    .name = "trap",
    .summary = "an exception by its number: x86, or ppc and s390 with --arch",
    .example = "13",
    .claim = claim,
    .read = read,
};

}  // namespace inquest::app
