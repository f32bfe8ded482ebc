#include "journal/file_cursor.h"

#include <algorithm>

namespace inquest::journal {
namespace {

constexpr size_t kKnown = 4096;

}  // namespace

FileCursor::FileCursor(JournalFile& file, const Match& match, Direction direction)
    : file_(&file),
      match_(&match),
      direction_(direction),
      position_(direction == Direction::Forward ? 1 : UINT64_MAX),
      resume_(position_) {
  lists_.resize(match.values().size());
  if (file.damaged()) scan();
}

FileCursor::FileCursor(JournalFile& file, std::vector<uint64_t> offsets, Direction direction)
    : file_(&file),
      direction_(direction),
      offsets_(std::move(offsets)),
      position_(direction == Direction::Forward ? 1 : UINT64_MAX),
      resume_(position_) {}

void FileCursor::scan() {
  known_.resize(kKnown);
  scanned_ = &file_->scanned();
}

const EntryList& FileCursor::all() {
  if (!all_) all_ = EntryList::all(*file_);
  return *all_;
}

const EntryList& FileCursor::list_of(uint32_t value) {
  std::optional<EntryList>& list = lists_[value];
  if (!list) {
    const auto data = file_->find_data(match_->values()[value]);
    list = data ? EntryList::of(*file_, *data) : EntryList();
  }
  return *list;
}

void FileCursor::seek_realtime(uint64_t realtime) {
  // The first whose time is not below (backwards: above) the wanted one.
  const uint64_t limit = direction_ == Direction::Forward ? realtime : realtime + 1;
  const auto offset_at = [&](uint64_t index) {
    if (match_ == nullptr) return offsets_[index];
    return scanned_ != nullptr ? scanned_->at(index) : all().at(index);
  };
  uint64_t count = match_ == nullptr ? offsets_.size() : scanned_ != nullptr ? scanned_->size() : all().size();
  if (match_ != nullptr && scanned_ == nullptr && file_->damaged()) {
    scan();
    count = scanned_->size();
  }
  uint64_t low = 0;
  uint64_t high = count;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const auto entry = file_->entry(offset_at(middle));
    if (!entry && match_ != nullptr && scanned_ == nullptr) {
      file_->note_damage("an entry is damaged", offset_at(middle));
      scan();
      return seek_realtime(realtime);
    }
    if (entry && entry->realtime < limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (direction_ == Direction::Forward) {
    ended_ = low == count;
    if (!ended_) position_ = offset_at(low);
  } else {
    ended_ = low == 0;
    if (!ended_) position_ = offset_at(low - 1);
  }
  resume_ = position_;
}

void FileCursor::look_ahead() {
  ahead_at_ = 0;
  ahead_end_ = 0;
  while (ahead_end_ < kAhead && !ended_) {
    const uint64_t found = seek(position_);
    if (match_ != nullptr && scanned_ == nullptr && file_->damaged()) return;
    if (found == 0) {
      ended_ = true;
      return;
    }
    ahead_[ahead_end_++] = found;
    position_ = direction_ == Direction::Forward ? found + 1 : found - 1;
    file_->image().prefetch(found);
  }
}

bool FileCursor::next() {
  file_->image().relax();
  while (true) {
    if (ahead_at_ == ahead_end_) look_ahead();
    if (ahead_at_ < ahead_end_) {
      const uint64_t found = ahead_[ahead_at_];
      if (const auto entry = file_->entry(found)) {
        ++ahead_at_;
        entry_ = *entry;
        resume_ = direction_ == Direction::Forward ? found + 1 : found - 1;
        return true;
      }
      if (match_ == nullptr || scanned_ != nullptr) {
        ++ahead_at_;
        continue;
      }
      file_->note_damage("an entry is damaged", found);
    } else if (match_ == nullptr || scanned_ != nullptr || !file_->damaged()) {
      return false;
    }
    // The lists led astray, nobody knows how far: behind the last sound entry it goes on by what a scan finds.
    position_ = resume_;
    ahead_at_ = 0;
    ahead_end_ = 0;
    ended_ = false;
    scan();
  }
}

uint64_t FileCursor::seek(uint64_t offset) {
  if (match_ == nullptr) {
    const auto found = std::ranges::lower_bound(offsets_, offset);
    if (direction_ == Direction::Forward) return found == offsets_.end() ? 0 : *found;
    if (found != offsets_.end() && *found == offset) return offset;
    return found == offsets_.begin() ? 0 : *(found - 1);
  }
  if (scanned_ != nullptr) return seek_scanned(offset);
  return match_->everything() ? seek_list(all(), offset) : seek_match(offset);
}

uint64_t FileCursor::seek_list(const EntryList& list, uint64_t offset) const {
  const uint64_t index = list.lower_bound(offset);
  uint64_t found = 0;
  if (direction_ == Direction::Forward) {
    if (index == list.size()) return 0;
    found = list.at(index);
  } else {
    if (index < list.size() && list.at(index) == offset) return offset;
    if (index == 0) return 0;
    found = list.at(index - 1);
  }
  // Lists rise; what does not is damage, and would lead in circles.
  if (found == 0 || beyond(offset, found)) {
    file_->note_damage("a list of entries is not in order", offset);
    return 0;
  }
  return found;
}

bool FileCursor::always_met(const Match::Restriction& restriction) {
  // Only the simple ones are asked, as those of -b and -k are: the lists of the others may never be needed.
  if (restriction.alternatives.size() != 1 || restriction.alternatives[0].terms.size() != 1) return false;
  const auto& values = restriction.alternatives[0].terms[0].values;
  return values.size() == 1 && list_of(values[0]).size() >= file_->header().entries;
}

const std::vector<const Match::Restriction*>& FileCursor::open_restrictions() {
  if (!open_restrictions_) {
    open_restrictions_.emplace();
    for (const Match::Restriction& restriction : match_->restrictions()) {
      if (!always_met(restriction)) open_restrictions_->push_back(&restriction);
    }
  }
  return *open_restrictions_;
}

// The nearest entry that all restrictions take: each is asked for its own nearest one, until they agree.
uint64_t FileCursor::seek_match(uint64_t offset) {
  const auto& restrictions = open_restrictions();
  if (restrictions.empty()) return seek_list(all(), offset);
  uint64_t at = offset;
  for (size_t agreed = 0, i = 0; agreed < restrictions.size(); i = (i + 1) % restrictions.size()) {
    const uint64_t found = seek_restriction(*restrictions[i], at);
    if (found == 0) return 0;
    agreed = found == at ? agreed + 1 : 1;
    at = found;
  }
  return at;
}

uint64_t FileCursor::seek_restriction(const Match::Restriction& restriction, uint64_t offset) {
  uint64_t best = 0;
  for (const Match::Alternative& alternative : restriction.alternatives)
    best = nearer(best, seek_alternative(alternative, offset));
  return best;
}

uint64_t FileCursor::seek_alternative(const Match::Alternative& alternative, uint64_t offset) {
  uint64_t at = offset;
  const auto& terms = alternative.terms;
  for (size_t agreed = 0, i = 0; agreed < terms.size(); i = (i + 1) % terms.size()) {
    const uint64_t found = seek_term(terms[i], at);
    if (found == 0) return 0;
    agreed = found == at ? agreed + 1 : 1;
    at = found;
  }
  return at;
}

uint64_t FileCursor::seek_term(const Match::Term& term, uint64_t offset) {
  uint64_t best = 0;
  for (const uint32_t value : term.values) best = nearer(best, seek_list(list_of(value), offset));
  return best;
}

uint64_t FileCursor::seek_scanned(uint64_t offset) {
  uint64_t index = scanned_->lower_bound(offset);
  while (true) {
    if (direction_ == Direction::Backward) {
      const bool exact = index < scanned_->size() && scanned_->at(index) == offset;
      if (!exact) {
        if (index == 0) return 0;
        --index;
      }
    }
    if (index >= scanned_->size()) return 0;
    const uint64_t found = scanned_->at(index);
    if (match_->everything()) return found;
    file_->image().relax();
    if (const auto entry = file_->entry(found); entry && accepts(*entry)) return found;
    if (direction_ == Direction::Forward) {
      ++index;
    } else {
      offset = found - 1;
    }
  }
}

uint32_t FileCursor::value_of(uint64_t offset) {
  Known& known = known_[offset / 8 % kKnown];
  if (known.offset == offset && offset != 0) return known.value;
  const auto data = file_->data(offset);
  if (!data) return kNone;
  size_t longest = 0;
  for (const std::string& value : match_->values()) longest = std::max(longest, value.size());
  uint32_t number = kNone;
  if (const auto payload = file_->payload(*data, scratch_, longest + 1)) {
    const auto found = std::ranges::find(match_->values(), *payload);
    if (found != match_->values().end()) number = static_cast<uint32_t>(found - match_->values().begin());
  }
  known = {offset, number};
  return number;
}

bool FileCursor::accepts(const Entry& entry) {
  has_.assign(match_->values().size(), false);
  for (uint32_t i = 0; i < entry.item_count; ++i) {
    if (const uint32_t value = value_of(entry.item(i)); value != kNone) has_[value] = true;
  }
  return match_->accepts(has_);
}

}  // namespace inquest::journal
