#include "journal/entry_list.h"

#include <algorithm>

namespace inquest::journal {
namespace {

constexpr size_t kMostArrays = 1 << 20;

}  // namespace

EntryList EntryList::all(JournalFile& file) { return {file, 0, file.header().entry_array, file.header().entries}; }

EntryList EntryList::of(JournalFile& file, const Data& data) {
  if (data.entries == 0) return {};
  return {file, data.entry, data.entry_array, data.entries};
}

EntryList::EntryList(JournalFile& file, uint64_t inline_entry, uint64_t array, uint64_t count)
    : file_(&file), inline_entry_(inline_entry), size_(inline_entry == 0 ? 0 : 1) {
  const uint64_t item = file.layout().array_item();
  uint64_t last = 0;
  while (size_ < count) {
    // Arrays go forward in the file, so one that does not is a cycle or damage.
    const char* const head = array % 8 == 0 && array > last ? file.image().at(array, kArrayItems) : nullptr;
    const uint64_t length = head == nullptr ? 0 : load<uint64_t>(head + 8);
    if (head == nullptr || static_cast<ObjectType>(head[0]) != ObjectType::EntryArray || length <= kArrayItems ||
        length > file.size() - array || (length - kArrayItems) % item != 0 || segments_.size() == kMostArrays) {
      file.note_damage("a list of entries is broken", array);
      return;
    }
    const uint64_t items = std::min((length - kArrayItems) / item, count - size_);
    segments_.push_back({array + kArrayItems, size_, items});
    size_ += items;
    last = array;
    array = load<uint64_t>(head + 16);
  }
}

const EntryList::Segment& EntryList::segment_of(uint64_t index) const {
  const Segment& recent = segments_[recent_];
  if (index >= recent.first && index < recent.first + recent.count) return recent;
  const auto behind = std::ranges::upper_bound(segments_, index, {}, &Segment::first);
  recent_ = static_cast<size_t>(behind - segments_.begin()) - 1;
  return segments_[recent_];
}

uint64_t EntryList::at(uint64_t index) const {
  if (index == 0 && inline_entry_ != 0) return inline_entry_;
  const Segment& segment = segment_of(index);
  const Layout layout = file_->layout();
  const char* const item =
      file_->image().at(segment.items + (index - segment.first) * layout.array_item(), layout.array_item());
  if (item == nullptr) return 0;
  return layout.compact ? load<uint32_t>(item) : load<uint64_t>(item);
}

uint64_t EntryList::lower_bound(uint64_t offset) const {
  if (size_ == 0) return 0;
  // Gallop away from the last answer, then halve.
  uint64_t low = 0;
  uint64_t high = size_;
  const uint64_t from = std::min(hint_, size_ - 1);
  const uint64_t there = at(from);
  // What does not rise is damage, and would lead past entries.
  const auto look = [&](uint64_t index) {
    const uint64_t value = at(index);
    if (index != from && (index > from) != (value > there))
      file_->note_damage("a list of entries is not in order", value);
    return value;
  };
  if (there < offset) {
    low = from + 1;
    for (uint64_t step = 1; low + step <= size_; step *= 2) {
      if (look(low + step - 1) >= offset) {
        high = low + step - 1;
        break;
      }
      low += step;
    }
  } else {
    high = from;
    for (uint64_t step = 1; step <= high; step *= 2) {
      if (look(high - step) < offset) {
        low = high - step + 1;
        break;
      }
      high -= step;
    }
  }
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (look(middle) < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  hint_ = low;
  return low;
}

}  // namespace inquest::journal
