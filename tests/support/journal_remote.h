// Journal files as systemd itself writes them, for tests that compare with what systemd reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::testing {

// Whether systemd-journal-remote and journalctl 252 are there; the tests' expectations are that version's.
bool has_journal_tools();

// What a command of the shell prints. Empty where it fails, which journalctl does where nothing matches.
std::string output_of(const std::string& command);

// One entry in the export format.
class ExportEntry {
 public:
  // Microseconds since 1970 and since that boot.
  ExportEntry(uint64_t realtime, uint64_t monotonic, uint64_t boot);
  // Any bytes may be a value; a field may come again.
  ExportEntry& with(std::string_view name, std::string_view value);
  std::string text() const { return text_ + '\n'; }

 private:
  std::string text_;
};

struct JournalFormat {
  bool compact = true;
  bool keyed = true;
  std::string compression = "ZSTD";  // or "LZ4", "XZ", "0"
};

// Has systemd-journal-remote write a stream of entries to FOLDER/system.journal.
void write_journal(const std::string& folder, const std::string& entries, const JournalFormat& format = {});

}  // namespace inquest::testing
