#include "journal/show.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "journal/file_cursor.h"
#include "journal/merged_entries.h"
#include "journal/message_search.h"

namespace inquest::journal {
namespace {

constexpr size_t kPiece = 256 << 10;
constexpr size_t kMostFound = 1 << 20;  // entries of one file that a search may keep

using Files = std::span<const std::unique_ptr<JournalFile>>;
using Cursors = std::vector<std::unique_ptr<FileCursor>>;

class Show {
 public:
  Show(Files files, const Query& query, EntryWriter& writer, const std::function<bool(std::string_view)>& out)
      : files_(files), query_(query), writer_(writer), out_(out) {}

  Result<Shown> run() {
    if (query_.pattern) {
      auto pattern = Pattern::compile(*query_.pattern);
      if (!pattern) return fail(pattern.error());
      search_.emplace(std::move(*pattern));
    }
    const bool backward = query_.reverse || (search_ && query_.lines);
    if (!backward && query_.lines && !query_.since) {
      show_last(*query_.lines);
    } else {
      show_from_start(backward ? Direction::Backward : Direction::Forward);
    }
    if (shown_.entries == 0 && !query_.quiet) text_ += "-- No entries --\n";
    flush();
    return shown_;
  }

 private:
  Cursors cursors(Direction direction) {
    Cursors made;
    for (const auto& file : files_) made.push_back(std::make_unique<FileCursor>(*file, query_.match, direction));
    return made;
  }

  // Each distinct message is matched once, before any entry is looked at; nothing where that would miss something.
  std::optional<Cursors> searched(Direction direction) {
    if (!query_.match.everything() || std::ranges::any_of(files_, [](const auto& file) { return file->damaged(); }))
      return std::nullopt;
    // Where boots take turns, each turn is announced, whether something in it matches or not.
    std::vector<Boot> boots;
    if (!query_.quiet) {
      boots = list_boots(files_);
      for (size_t i = 1; i < boots.size(); ++i) {
        if (compare(boots[i].first, boots[i - 1].last) < 0) return std::nullopt;
      }
    }
    std::vector<std::optional<std::vector<uint64_t>>> found(files_.size());
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      auto pattern = Pattern::compile(*query_.pattern);
      for (size_t i = next++; pattern && i < files_.size(); i = next++)
        found[i] = search_file(files_[i]->name(), *pattern, kMostFound);
    };
    {
      std::jthread helper;
      if (files_.size() > 1) helper = std::jthread(work);
      work();
    }
    Cursors made;
    for (size_t i = 0; i < files_.size(); ++i) {
      if (!found[i]) return std::nullopt;
      if (!query_.quiet) announce(*files_[i], direction, *found[i]);
      made.push_back(std::make_unique<FileCursor>(*files_[i], std::move(*found[i]), direction));
    }
    return made;
  }

  // Adds the entries at which a boot begins, as they are come across, so that each is seen.
  static void announce(JournalFile& file, Direction direction, std::vector<uint64_t>& offsets) {
    for (uint64_t at = file.first_data_of("_BOOT_ID"); at != 0;) {
      const auto data = file.data(at);
      if (!data) break;
      if (const EntryList list = EntryList::of(file, *data); !list.empty())
        offsets.push_back(direction == Direction::Forward ? list.at(0) : list.at(list.size() - 1));
      at = data->next_in_field < at ? data->next_in_field : 0;
    }
    std::ranges::sort(offsets);
    const auto [from, to] = std::ranges::unique(offsets);
    offsets.erase(from, to);
  }

  void show_from_start(Direction direction) {
    std::optional<Cursors> made = search_ ? searched(direction) : std::nullopt;
    if (!made) made = cursors(direction);
    const auto start = direction == Direction::Forward ? query_.since : query_.until;
    if (start) {
      for (const auto& cursor : *made) cursor->seek_realtime(*start);
    }
    MergedEntries entries(std::move(*made), direction);
    while ((!query_.lines || shown_.entries < *query_.lines) && entries.next()) {
      const uint64_t time = entries.entry().realtime;
      if (direction == Direction::Forward && query_.until && time > *query_.until) break;
      if (direction == Direction::Backward && query_.since && time < *query_.since) break;
      if (!show(entries.file(), entries.entry())) break;
    }
  }

  void show_last(uint64_t lines) {
    struct Place {
      JournalFile* file;
      uint64_t offset;
    };
    std::vector<Place> places;
    {
      MergedEntries entries(cursors(Direction::Backward), Direction::Backward);
      while (places.size() < lines && entries.next()) places.push_back({&entries.file(), entries.entry().offset});
    }
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
      place->file->image().relax();
      const auto entry = place->file->entry(place->offset);
      if (!entry) continue;
      if (query_.until && entry->realtime > *query_.until) break;
      if (!show(*place->file, *entry)) break;
    }
  }

  // False where nobody reads any more.
  bool show(JournalFile& file, const Entry& entry) {
    if (!query_.quiet && boot_ && *boot_ != entry.boot_id)
      text_ += fmt::format("-- Boot {} --\n", entry.boot_id.text());
    boot_ = entry.boot_id;
    if (search_ && !search_->matches(file, entry)) return true;
    if (!writer_.write(file, entry, text_)) ++shown_.incomplete;
    ++shown_.entries;
    return text_.size() < kPiece || flush();
  }

  bool flush() {
    const bool more = text_.empty() || out_(text_);
    text_.clear();
    return more;
  }

  Files files_;
  const Query& query_;
  EntryWriter& writer_;
  const std::function<bool(std::string_view)>& out_;
  std::optional<MessageSearch> search_;
  std::optional<Id128> boot_;
  std::string text_;
  Shown shown_;
};

}  // namespace

Result<Shown> show(std::span<const std::unique_ptr<JournalFile>> files, const Query& query, EntryWriter& writer,
                   const std::function<bool(std::string_view)>& out) {
  return Show(files, query, writer, out).run();
}

}  // namespace inquest::journal
