// Turns entries, named by file and offset, into text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "journal/entry_writer.h"
#include "journal/journal_file.h"
#include "journal/message_search.h"

namespace inquest::journal {

// An entry to be written.
struct EntryRef {
  uint32_t file = 0;      // its place among the files
  bool new_boot = false;  // "-- Boot ... --" stands before it
  uint64_t offset = 0;
};

struct Formatted {
  uint64_t entries = 0;
  uint64_t incomplete = 0;  // of these, entries with items that could not be read
};

// Reads the files through mappings of its own, so that several of them can work beside each other. Each by one thread
// at a time.
class Formatter {
 public:
  // Only messages that `search` finds are written, if it is there. The files must outlive it.
  Formatter(std::span<const std::unique_ptr<JournalFile>> files, std::unique_ptr<EntryWriter> writer,
            std::optional<MessageSearch> search)
      : files_(files), writer_(std::move(writer)), search_(std::move(search)) {}

  // Appends the entries to `out`, at most so many of those that are written.
  Formatted format(std::span<const EntryRef> entries, uint64_t at_most, std::string& out);

 private:
  void prefetch_items(const EntryRef& ref);

  std::span<const std::unique_ptr<JournalFile>> files_;
  std::unique_ptr<EntryWriter> writer_;
  std::optional<MessageSearch> search_;
};

}  // namespace inquest::journal
