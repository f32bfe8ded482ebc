#include "journal/formatter.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::journal {
namespace {

// How far ahead bytes are asked for: an entry first, and once it is there, the data objects that were written with it.
constexpr size_t kEntriesAhead = 12;
constexpr size_t kItemsAhead = 5;
constexpr uint64_t kNear = 4096;
constexpr uint64_t kBatchesAhead = 2;
constexpr uint64_t kDense = 8192;  // bytes from entry to entry, of which most will then be looked at

}  // namespace

void Formatter::prefetch_items(const EntryRef& ref) {
  JournalFile& from = *files_[ref.file];
  const auto entry = from.entry(ref.offset);
  if (!entry) return;
  for (uint32_t i = entry->item_count; i > 0; --i) {
    const uint64_t item = entry->item(i - 1);
    if (item + kNear < entry->offset) break;
    from.image().prefetch(item);
  }
}

// While one thread formats entries, another looks for those that come next.
void Formatter::read_ahead(std::span<const EntryRef> entries) {
  if (entries.size() < 2 || entries.front().file != entries.back().file) return;
  const uint64_t first = entries.front().offset;
  const uint64_t last = entries.back().offset;
  const uint64_t length = std::max(first, last) - std::min(first, last);
  if (length > entries.size() * kDense) return;
  Image& image = files_[entries.back().file]->image();
  if (last > first) {
    image.read_ahead(last, last + kBatchesAhead * length);
  } else {
    image.read_ahead(last - std::min(last, kBatchesAhead * length), last);
  }
}

Formatted Formatter::format(std::span<const EntryRef> entries, uint64_t at_most, std::string& out) {
  read_ahead(entries);
  Formatted done;
  const auto prefetch = [&](const EntryRef& ref) { files_[ref.file]->image().prefetch(ref.offset); };
  std::ranges::for_each(entries.first(std::min(entries.size(), kEntriesAhead)), prefetch);
  for (size_t i = 0; i < entries.size() && done.entries < at_most; ++i) {
    if (i + kEntriesAhead < entries.size()) prefetch(entries[i + kEntriesAhead]);
    if (i + kItemsAhead < entries.size()) prefetch_items(entries[i + kItemsAhead]);
    JournalFile& from = *files_[entries[i].file];
    from.image().relax();
    const auto entry = from.entry(entries[i].offset);
    if (!entry) continue;
    if (entries[i].new_boot) fmt::format_to(std::back_inserter(out), "-- Boot {} --\n", entry->boot_id.text());
    if (search_ && !search_->matches(from, *entry)) continue;
    if (!writer_->write(from, *entry, out)) ++done.incomplete;
    ++done.entries;
  }
  return done;
}

}  // namespace inquest::journal
