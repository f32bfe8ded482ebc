// Entries as journalctl prints them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/zone.h"
#include "journal/journal_file.h"

namespace inquest::journal {

// journalctl's output modes of these names, with '-' for '_'.
enum class OutputMode : uint8_t {
  Short,
  ShortIso,
  ShortIsoPrecise,
  ShortPrecise,
  ShortFull,
  ShortMonotonic,
  ShortUnix,
  Json,
  Export,
  Cat,
};
std::optional<OutputMode> output_mode(std::string_view name);
std::string_view to_string(OutputMode mode);

// Writes entries of any number of files. What it takes from data objects that many entries share is kept, in bounded
// memory. Not thread-safe.
class EntryWriter {
 public:
  virtual ~EntryWriter() = default;
  // Appends the entry to `out`, as journalctl 252 with standard output in a pipe would: nothing for an entry that the
  // mode has nothing to show of. Items that can't be read are left out; false where there were any.
  virtual bool write(JournalFile& file, const Entry& entry, std::string& out) = 0;
};

// `zone` is that of wall-clock times. With `safe`, text modes are made fit for a terminal: nothing in them is an escape
// sequence or a control.
std::unique_ptr<EntryWriter> make_writer(OutputMode mode, const Zone& zone, bool safe);

// "s=...;i=...;b=...;m=...;t=...;x=...", journalctl's cursor of an entry, appended.
void append_cursor(JournalFile& file, const Entry& entry, std::string& out);

// The first value of a field in an entry, as sd_journal_get_data(3) finds it, without "NAME=". Lives in the image or in
// `scratch`.
std::optional<std::string_view> first_value(JournalFile& file, const Entry& entry, std::string_view field,
                                            std::string& scratch);

}  // namespace inquest::journal
