#include "journal/merged_entries.h"

#include <utility>

namespace inquest::journal {

Location location_of(JournalFile& file, const Entry& entry) {
  return {file.header().seqnum_id, entry.seqnum, entry.boot_id, entry.monotonic, entry.realtime, entry.xor_hash};
}

std::strong_ordering compare(const Location& a, const Location& b) {
  if (a.seqnum_id == b.seqnum_id && !a.seqnum_id.null()) {
    if (const auto order = a.seqnum <=> b.seqnum; order != 0) return order;
  }
  if (a.boot_id == b.boot_id) {
    if (const auto order = a.monotonic <=> b.monotonic; order != 0) return order;
  }
  if (const auto order = a.realtime <=> b.realtime; order != 0) return order;
  return a.xor_hash <=> b.xor_hash;
}

MergedEntries::MergedEntries(std::vector<std::unique_ptr<FileCursor>> cursors, Direction direction)
    : direction_(direction) {
  for (auto& cursor : cursors) cursors_.push_back({std::move(cursor), {}, false});
}

void MergedEntries::advance(Ahead& ahead) {
  ahead.ended = !ahead.cursor->next();
  if (!ahead.ended) ahead.location = location_of(ahead.cursor->file(), ahead.cursor->entry());
}

bool MergedEntries::before(const Location& a, const Location& b) const {
  const auto order = compare(a, b);
  return direction_ == Direction::Forward ? order < 0 : order > 0;
}

void MergedEntries::choose() {
  current_ = kNobody;
  second_ = kNobody;
  for (size_t i = 0; i < cursors_.size(); ++i) {
    if (cursors_[i].ended) continue;
    if (current_ == kNobody || before(cursors_[i].location, cursors_[current_].location)) {
      second_ = current_;
      current_ = i;
    } else if (second_ == kNobody || before(cursors_[i].location, cursors_[second_].location)) {
      second_ = i;
    }
  }
}

bool MergedEntries::next() {
  if (!started_) {
    started_ = true;
    for (Ahead& ahead : cursors_) advance(ahead);
    choose();
    return current_ != kNobody;
  }
  if (current_ == kNobody) return false;
  const Location given = cursors_[current_].location;
  // Copies of the entry in other files; where they stand next, they are the second best.
  bool skipped = false;
  while (second_ != kNobody && compare(cursors_[second_].location, given) == 0) {
    advance(cursors_[second_]);
    skipped = true;
    const size_t was = current_;
    choose();
    if (current_ != was) {
      // The copy's file went on to before where the current one still stands: it is the second then.
      second_ = current_;
      current_ = was;
      break;
    }
  }
  advance(cursors_[current_]);
  const bool leads = !skipped && !cursors_[current_].ended &&
                     (second_ == kNobody || before(cursors_[current_].location, cursors_[second_].location));
  if (!leads) choose();
  return current_ != kNobody;
}

}  // namespace inquest::journal
