// One kernel crash report out of a log, as `inquest crash` gives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crashtext/anatomy.h"

namespace inquest::crashtext {

// A place in the input: bytes from the first up to, and without, the last; lines count from 1.
struct Range {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t first_line = 0;
  uint64_t last_line = 0;

  friend bool operator==(const Range&, const Range&) = default;
};

// Everything that is empty was not in the text.
struct Report {
  std::string pattern;                   // which pattern (src/crashtext/patterns) recognised it: "kasan-access"
  std::string title;                     // "KASAN: slab-out-of-bounds Read in F": the same for the same bug
  std::vector<std::string> alt_titles;   // two reports are of one bug where {title, alt_titles} meet; sorted
  std::string type;                      // docs/crash-types.md lists them; empty: of no known type
  std::optional<std::string> corrupted;  // why this report may mislead: cut, mixed with another, without a trace
  bool panicked = false;                 // the kernel panicked in it, or right after it
  bool previous_boot = false;            // printed by a boot about the one before it (BERT, ERST, reset reason)
  bool root = true;                      // the first that its boot says of itself; the others may be its consequences
  std::optional<size_t> consequence_of;  // index, among the reports of the same input, of the report that led to it
  uint64_t repeats = 0;                  // of an event: how often the same came again after this first one

  Range range;
  std::string context;              // of PRINTK_CALLER: "T123", "C0"
  std::optional<double> monotonic;  // seconds since boot, of the first line that has such a stamp

  Anatomy anatomy;        // who, where, on what: identity, modules, registers, traces, culprit
  std::string signature;  // stable over addresses, versions and compilers' prefixes

  std::string stamped;  // on request: those lines and the doubtful frames, as "<4>[  181.062621] ..."; 512 KiB at most

  std::string text;  // its lines without prefixes, as far as they were kept (512 KiB at most)
};

}  // namespace inquest::crashtext
