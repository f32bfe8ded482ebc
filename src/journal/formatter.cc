#include "journal/formatter.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::journal {
namespace {

// How far ahead bytes are asked for: an entry first, and once it is there, the data objects that were written with it.
constexpr size_t kEntriesAhead = 12;
constexpr size_t kItemsAhead = 5;
constexpr uint64_t kNear = 4096;

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

Formatted Formatter::format(std::span<const EntryRef> entries, uint64_t at_most, std::string& out) {
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
