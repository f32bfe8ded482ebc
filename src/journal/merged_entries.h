// The wanted entries of several files in one order.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

#include "journal/file_cursor.h"

namespace inquest::journal {

// Where an entry stands among those of all files.
struct Location {
  Id128 seqnum_id;  // of its file; null where the file's header is lost
  uint64_t seqnum = 0;
  Id128 boot_id;
  uint64_t monotonic = 0;
  uint64_t realtime = 0;
  uint64_t xor_hash = 0;
};
Location location_of(JournalFile& file, const Entry& entry);

// The order of systemd's journal_file_compare_locations(): by sequence numbers where they were counted together, else
// by monotonic time within a boot, else by the clock, at last by contents. So a clock that jumped reorders nothing that
// one journald wrote. Equal are copies of one entry.
std::strong_ordering compare(const Location& a, const Location& b);

// Merges cursors that go in one direction. Of copies of one entry in several files, one is given.
class MergedEntries {
 public:
  MergedEntries(std::vector<std::unique_ptr<FileCursor>> cursors, Direction direction);

  bool next();
  // Valid after next() gave true, until the next call.
  const Entry& entry() const { return cursors_[current_].cursor->entry(); }
  JournalFile& file() const { return cursors_[current_].cursor->file(); }

 private:
  struct Ahead {
    std::unique_ptr<FileCursor> cursor;
    Location location;
    bool ended = false;
  };
  static constexpr size_t kNobody = SIZE_MAX;
  void advance(Ahead& ahead);
  bool before(const Location& a, const Location& b) const;
  void choose();

  std::vector<Ahead> cursors_;
  Direction direction_;
  size_t current_ = kNobody;
  size_t second_ =
      kNobody;  // the best of the others: as long as the current file stays before it, nobody else is asked
  bool started_ = false;
};

}  // namespace inquest::journal
