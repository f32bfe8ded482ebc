// What is missing from a damaged journal file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/journal_file.h"

namespace inquest::journal {

// A stretch of a file that says nothing any more.
struct Loss {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint64_t entries = 0;            // about how many: by sequence numbers where both neighbours have one, else by size
  std::optional<uint64_t> after;   // realtime of the last entry before it, in microseconds
  std::optional<uint64_t> before;  // and of the first behind it, or of the last that the header speaks of
};

struct DamageReport {
  std::string reason;    // what was found first
  uint64_t entries = 0;  // that could be read
  uint64_t bytes = 0;    // lost, within the file and behind its end
  uint64_t lost = 0;     // entries, in all of `losses`
  std::vector<Loss> losses;
};

// Nothing for a file of which no damage is known.
std::optional<DamageReport> report_damage(JournalFile& file);

}  // namespace inquest::journal
