// Finds objects by looking at the bytes: the way into a file whose indexes can't be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "journal/image.h"
#include "journal/journal_file.h"
#include "journal/layout.h"

namespace inquest::journal {

struct FoundObject {
  uint64_t offset = 0;
  uint64_t size = 0;
  ObjectType type = ObjectType::Unused;
};

// Walks through a file from object to object, and where none can be, from one multiple of eight to the next until there
// is one again. An object is believed when its fields fit together; its size is believed when another object, or
// nothing but zeros, follows it, so that one damaged size does not take the objects behind it along.
class Scanner {
 public:
  Scanner(Image& image, Layout layout, uint64_t from) : image_(&image), layout_(layout), at_(aligned(from)) {}

  // The next object; false at the end of the file. Takes time in proportion to the bytes passed.
  bool next(FoundObject& object);

  // Where `next` goes on; what is between that and the object before was passed over.
  uint64_t position() const { return at_; }

  // The bytes from `gap_begin` up to the object that `next` gave (or the end) were no objects; equal where there were
  // none.
  uint64_t gap_begin() const { return gap_begin_; }
  uint64_t gap_end() const { return gap_end_; }

 private:
  bool plausible(uint64_t offset, FoundObject& object);
  bool plausible_entry(const char* head, const FoundObject& object);
  // Whether what stands there may follow an object.
  bool may_follow(uint64_t offset);

  Image* image_;
  Layout layout_;
  uint64_t at_;
  uint64_t covered_ = 0;  // the end of the object that reaches furthest
  uint64_t gap_begin_ = 0;
  uint64_t gap_end_ = 0;
};

// The layout in which more entries of the file find their data objects; nothing where no entry does.
std::optional<Layout> find_layout(Image& image);

// All entries of a file as a scan finds them, in the order in which they stand there, which is that in which they were
// written. Keeps one offset for every few thousand entries, and those of one stretch.
class ScannedEntries {
 public:
  explicit ScannedEntries(JournalFile& file);

  uint64_t size() const { return count_; }
  // The offset of the entry with that number, from 0. Cheap where the one asked for before is near.
  uint64_t at(uint64_t index);
  // The number of the first entry at or behind the offset; size() where there is none.
  uint64_t lower_bound(uint64_t offset);

  // A stretch of bytes that are no objects, with the entries on both sides, as far as there are any.
  struct Gap {
    uint64_t begin = 0;
    uint64_t end = 0;
    std::optional<uint64_t> before;  // offset of the last entry before it
    std::optional<uint64_t> after;   // and of the first behind it
  };
  const std::vector<Gap>& gaps() const { return gaps_; }
  uint64_t gap_bytes() const { return gap_bytes_; }  // of all gaps, listed or not

 private:
  static constexpr uint64_t kStretch = 4096;
  static constexpr size_t kMostGaps = 1000;
  void fill(uint64_t stretch);

  JournalFile& file_;
  uint64_t count_ = 0;
  std::vector<uint64_t> marks_;    // offset of each stretch's first entry
  std::vector<uint64_t> stretch_;  // the offsets of stretch number filled_
  uint64_t filled_ = UINT64_MAX;
  std::vector<Gap> gaps_;
  uint64_t gap_bytes_ = 0;
};

}  // namespace inquest::journal
