// The boots that journal files tell of.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "journal/journal_file.h"
#include "journal/merged_entries.h"

namespace inquest::journal {

// How a boot's records end.
enum class BootEnd : uint8_t {
  Orderly,  // the journal was stopped, or the shutdown was under way
  Panic,    // the kernel's last words are among the last entries
  Cut,      // neither: they just stop
  Open,     // they stop, in a file that was being written to: cut, or still running when the file was copied
};
std::string_view to_string(BootEnd end);

struct Boot {
  Id128 id;
  Location first;  // its first and last entry, by the order of all files
  Location last;
  uint64_t entries = 0;            // in all files; copies count
  std::vector<size_t> files;       // in which it has entries
  std::vector<size_t> last_files;  // in which its last entries are
  BootEnd end = BootEnd::Cut;
};

// All boots, oldest first: by what was counted or measured together (see compare()), by the clock only between boots
// that have nothing else in common. Reads an undamaged file's index, not its entries; a damaged one is scanned.
std::vector<Boot> list_boots(std::span<const std::unique_ptr<JournalFile>> files);

// Finds out how the boot ended, from its last entries.
BootEnd find_end(std::span<const std::unique_ptr<JournalFile>> files, const Boot& boot);

}  // namespace inquest::journal
