// A list of entries as a journal file keeps it: of all its entries, or of those that share a data object.
#pragma once

#include <cstdint>
#include <vector>

#include "journal/journal_file.h"

namespace inquest::journal {

// Offsets in rising order, in a chain of arrays each of which is about twice as large as the one before. Made in the
// time that it takes to look at the arrays' heads. A chain that is broken, or shorter than it should be, is noted as
// damage of the file; the list then holds what comes before. Refers to the file.
class EntryList {
 public:
  EntryList() = default;
  // All entries of the file.
  static EntryList all(JournalFile& file);
  // The entries that have this data object.
  static EntryList of(JournalFile& file, const Data& data);

  uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // The offset at a place in the list, from 0 and below size(); 0 where the array has none there.
  uint64_t at(uint64_t index) const;
  // The first place whose offset is not below `offset`; size() where there is none. Cheap near the last answer. Where
  // it comes upon offsets that do not rise, that is noted as damage, and the answer means nothing.
  uint64_t lower_bound(uint64_t offset) const;

 private:
  struct Segment {
    uint64_t items = 0;  // offset of its first item
    uint64_t first = 0;  // its place in the list
    uint64_t count = 0;
  };
  EntryList(JournalFile& file, uint64_t inline_entry, uint64_t array, uint64_t count);
  const Segment& segment_of(uint64_t index) const;

  JournalFile* file_ = nullptr;
  uint64_t inline_entry_ = 0;  // of a data object: the first one, which is in no array
  uint64_t size_ = 0;
  std::vector<Segment> segments_;
  mutable size_t recent_ = 0;  // segment looked at last
  mutable uint64_t hint_ = 0;  // the last answer of lower_bound
};

}  // namespace inquest::journal
