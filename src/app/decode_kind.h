// A kind of number or line that `inquest decode` explains. A new kind is a new file in app/decode/ that defines
// `extern const DecodeKind NAME_decode_kind`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crashtext/arch.h"
#include "crashtext/cpu_model.h"
#include "crashtext/reading.h"

namespace inquest::app {

// What the command line adds to the value; each matters to some kinds only.
struct DecodeOptions {
  crashtext::CpuVendor vendor = crashtext::CpuVendor::Unknown;
  crashtext::Arch arch = crashtext::Arch::Unknown;
  std::optional<uint64_t> bank, family, model, ipid, address, misc, severity;
  bool correctable = false;
};

// How sure a kind is that a text, given without one, is its own.
enum class Claim : uint8_t {
  No,
  Possible,  // a bare number that many kinds could have
  Likely,    // by its form, which few share
  Certain,   // by a name that only it has
};

struct DecodeKind {
  std::string_view name;     // "reset-reason": the word on the command line
  std::string_view summary;  // "why an AMD machine was reset"
  std::string_view example;  // "0x08000800": a value that it explains
  Claim (*claim)(std::string_view text);
  // All values are given, joined by blanks. Malformed, with what would be right, where they are none of this kind.
  Result<std::vector<crashtext::Reading>> (*read)(std::string_view text, const DecodeOptions& options);
};

// All kinds, sorted by name: a table generated from the files in app/decode/.
std::span<const DecodeKind* const> decode_kinds();

// Helpers of the kinds.

// "0x1f", "31"; with base 16 also "1f". Nothing for anything else.
std::optional<uint64_t> parse_number(std::string_view text, int base = 10);
// The same in at most 32 bits.
std::optional<uint32_t> parse_word(std::string_view text, int base = 10);
std::vector<crashtext::Reading> one(crashtext::Reading reading);
std::unexpected<Error> not_of_kind(std::string_view text, std::string_view expected);

}  // namespace inquest::app
