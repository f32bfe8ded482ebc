// The wanted entries of one file, one after the other, forwards or backwards.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/entry_list.h"
#include "journal/journal_file.h"
#include "journal/match.h"
#include "journal/scan.h"

namespace inquest::journal {

enum class Direction : uint8_t { Forward, Backward };

// Goes by the file's own lists as long as they hold together. Where one does not, even in the middle of the way, the
// file is scanned and the cursor goes on with what the scan finds, so that nothing behind the damage is lost and
// nothing before it comes twice. Refers to the file and the match.
class FileCursor {
 public:
  FileCursor(JournalFile& file, const Match& match, Direction direction);
  // Visits these entries only; rising offsets.
  FileCursor(JournalFile& file, std::vector<uint64_t> offsets, Direction direction);

  // Begins at the first entry (in its direction) that is not before (backwards: after) that time, by the order in which
  // entries were written. Before the first next().
  void seek_realtime(uint64_t realtime);

  // The next wanted entry; false where there are no more.
  bool next();
  // Valid after next() gave true, until the next call.
  const Entry& entry() const { return entry_; }
  JournalFile& file() const { return *file_; }

 private:
  // The wanted entry that is nearest to `offset` in the direction, itself included; 0 where there is none.
  uint64_t seek(uint64_t offset);
  uint64_t seek_list(const EntryList& list, uint64_t offset) const;
  // The lists, made when they are first asked for: where a file lacks one value, those of the others are not needed.
  const EntryList& all();
  const EntryList& list_of(uint32_t value);
  // The restrictions that are not met by each entry of the file: of one that holds a single boot, "of this boot" is.
  const std::vector<const Match::Restriction*>& open_restrictions();
  bool always_met(const Match::Restriction& restriction);
  uint64_t seek_match(uint64_t offset);
  uint64_t seek_restriction(const Match::Restriction& restriction, uint64_t offset);
  uint64_t seek_alternative(const Match::Alternative& alternative, uint64_t offset);
  uint64_t seek_term(const Match::Term& term, uint64_t offset);
  uint64_t seek_scanned(uint64_t offset);
  bool accepts(const Entry& entry);
  void scan();

  // Whether a lies beyond b in the direction.
  bool beyond(uint64_t a, uint64_t b) const { return direction_ == Direction::Forward ? a > b : a < b; }
  // The nearer of two answers, of which 0 is none.
  uint64_t nearer(uint64_t a, uint64_t b) const {
    if (a == 0 || b == 0) return a | b;
    return beyond(a, b) ? b : a;
  }

  JournalFile* file_;
  const Match* match_ = nullptr;  // null: offsets_ says it
  Direction direction_;
  std::optional<EntryList> all_;
  std::vector<std::optional<EntryList>> lists_;  // for each value of the match
  std::optional<std::vector<const Match::Restriction*>> open_restrictions_;
  std::vector<uint64_t> offsets_;
  ScannedEntries* scanned_ = nullptr;  // the file's, once its lists are not trusted
  Entry entry_;
  uint64_t position_;  // the next entry is looked for from here on
  uint64_t resume_;    // likewise, but behind the entry that was given last
  // Offsets of the entries that come next, whose bytes are on their way into the processor's cache.
  static constexpr size_t kAhead = 16;
  void look_ahead();
  std::array<uint64_t, kAhead> ahead_{};
  size_t ahead_at_ = 0;
  size_t ahead_end_ = 0;
  bool ended_ = false;

  // For accepts(): which value of the match a data object is, kept for those that many entries share.
  struct Known {
    uint64_t offset = 0;
    uint32_t value = 0;
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t value_of(uint64_t data);
  std::vector<Known> known_;
  std::vector<bool> has_;
  std::string scratch_;
};

}  // namespace inquest::journal
