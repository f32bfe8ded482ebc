// Shows the entries of journal files that somebody asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/zone.h"
#include "journal/entry_writer.h"
#include "journal/formatter.h"
#include "journal/journal_file.h"
#include "journal/match.h"

namespace inquest::journal {

// What is wanted, in journalctl's terms.
struct Query {
  Match match;
  std::optional<uint64_t> since;  // microseconds since 1970
  std::optional<uint64_t> until;
  std::optional<uint64_t> lines;       // the last so many; with `since` the first
  std::optional<std::string> pattern;  // of the message
  bool reverse = false;
  bool quiet = false;  // without "-- Boot ... --" and "-- No entries --"
  OutputMode mode = OutputMode::Short;
  Zone zone;          // of wall-clock times
  bool safe = false;  // text modes are fit for a terminal
};

// Gives text in pieces to `out`, until that answers false; `out` is called by one thread at a time. Malformed for a
// pattern that is none. Which entries, in which order, and what stands between them is as journalctl 252 has it; of
// damaged files there are more (file_cursor.h). Files must be
// mapped (Image::map), and `file->index()` their place among them.
Result<Formatted> show(std::span<const std::unique_ptr<JournalFile>> files, const Query& query,
                       const std::function<bool(std::string_view)>& out);

}  // namespace inquest::journal
