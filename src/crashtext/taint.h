// What a kernel says about its own state: the taint flags, as a mask, as letters and in words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// One bit of /proc/sys/kernel/tainted. Source: Documentation/admin-guide/tainted-kernels.rst and taint_flags[] of
// kernel/panic.c, v6.16; distributions' own bits from their kernels.
struct TaintFlag {
  uint8_t bit;
  char letter;
  std::string_view name;     // as the verbose line prints it: "PROPRIETARY_MODULE"
  std::string_view meaning;  // "a proprietary module was loaded"
  std::string_view note;     // what follows from it, and what does not
};

// All flags, by bit. 'G' is none: it stands where bit 0 is not set.
std::span<const TaintFlag> taint_flags();
// Nothing for a letter or bit that no kernel uses.
const TaintFlag* find_taint(char letter);
const TaintFlag* find_taint_bit(unsigned bit);

struct Taint {
  uint64_t mask = 0;                 // bits of known letters
  std::string unknown;               // letters that no kernel known here uses
  std::string unknown_bits() const;  // "bits 20, 21" of the mask without a flag; empty where all are known

  bool tainted() const { return mask != 0 || !unknown.empty(); }
  // "P W O", as a kernel prints it without the gaps: "G" where only bit 0 is clear, "" where nothing is set.
  std::string letters() const;
  std::vector<const TaintFlag*> flags() const;
  friend bool operator==(const Taint&, const Taint&) = default;
};

// The state in a line of a report, and where in the line it ends (the kernel's release follows):
//     "Not tainted 6.1.0"   "Tainted: P        W  O  5.15.0"   "Tainted: [P]=PROPRIETARY_MODULE, [O]=OOT_MODULE"
// Nothing where the line says neither.
struct TaintText {
  Taint taint;
  size_t begin = 0;
  size_t end = 0;
};
std::optional<TaintText> find_taint_text(std::string_view line);

// What the flags mean, one by one, and what they do not.
Reading read_taint(const Taint& taint);

// What a person writes: "4609", "0x1201", "POE", "P O E", "G W", "[P]=PROPRIETARY_MODULE". Nothing for anything else.
std::optional<Taint> parse_taint(std::string_view text);

}  // namespace inquest::crashtext
