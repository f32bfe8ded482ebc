#include "journal/show.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "journal/boot_list.h"
#include "journal/file_cursor.h"
#include "journal/merged_entries.h"
#include "journal/message_search.h"

namespace inquest::journal {
namespace {

constexpr size_t kBatch = 512;          // entries that are formatted at a time
constexpr size_t kMostFound = 1 << 20;  // entries of one file that a search may keep

using Files = std::span<const std::unique_ptr<JournalFile>>;
using Cursors = std::vector<std::unique_ptr<FileCursor>>;
using Batch = std::vector<EntryRef>;

// Adds the entries at which a boot begins, as they are come across, so that each is seen.
void announce(JournalFile& file, Direction direction, std::vector<uint64_t>& offsets) {
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

// Each distinct message is matched once, before any entry is looked at. Nothing where that would miss something.
std::optional<Cursors> search(Files files, const Query& query, Direction direction) {
  if (!query.match.everything() || std::ranges::any_of(files, [](const auto& file) { return file->damaged(); }))
    return std::nullopt;
  // Where boots take turns, each turn is announced, whether something in it matches or not.
  if (!query.quiet) {
    const std::vector<Boot> boots = list_boots(files);
    for (size_t i = 1; i < boots.size(); ++i) {
      if (compare(boots[i].first, boots[i - 1].last) < 0) return std::nullopt;
    }
  }
  std::vector<std::optional<std::vector<uint64_t>>> found(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    auto pattern = Pattern::compile(*query.pattern);
    for (size_t i = next++; pattern && i < files.size(); i = next++)
      found[i] = search_file(files[i]->name(), *pattern, kMostFound);
  };
  {
    std::jthread helper;
    if (files.size() > 1) helper = std::jthread(work);
    work();
  }
  Cursors made;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!found[i]) return std::nullopt;
    if (!query.quiet) announce(*files[i], direction, *found[i]);
    made.push_back(std::make_unique<FileCursor>(*files[i], std::move(*found[i]), direction));
  }
  return made;
}

// The entries that may be shown, in order, in batches. Not thread-safe.
class Entries {
 public:
  Entries(Files files, const Query& query)
      : query_(query),
        direction_(query.reverse || (query.pattern && query.lines) ? Direction::Backward : Direction::Forward) {
    if (direction_ == Direction::Forward && query.lines && !query.since) {
      last(files, *query.lines);
      return;
    }
    std::optional<Cursors> made = query.pattern ? search(files, query, direction_) : std::nullopt;
    if (!made) made = cursors(files, direction_);
    const auto start = direction_ == Direction::Forward ? query.since : query.until;
    if (start) {
      for (const auto& cursor : *made) cursor->seek_realtime(*start);
    }
    entries_ = std::make_unique<MergedEntries>(std::move(*made), direction_);
  }

  // An empty batch ends it.
  void next(Batch& batch) {
    batch.clear();
    if (!entries_) std::swap(batch, last_);
    while (entries_ && batch.size() < kBatch) {
      if (!entries_->next() || !in_time(entries_->entry().realtime)) {
        entries_.reset();
        break;
      }
      add(batch, entries_->file(), entries_->entry());
    }
  }

 private:
  Cursors cursors(Files files, Direction direction) const {
    Cursors made;
    for (const auto& file : files) made.push_back(std::make_unique<FileCursor>(*file, query_.match, direction));
    return made;
  }

  // The last so many, which are found from the end.
  void last(Files files, uint64_t lines) {
    MergedEntries entries(cursors(files, Direction::Backward), Direction::Backward);
    struct Place {
      JournalFile* file;
      uint64_t offset;
    };
    std::vector<Place> places;
    while (places.size() < lines && entries.next()) places.push_back({&entries.file(), entries.entry().offset});
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
      place->file->image().relax();
      const auto entry = place->file->entry(place->offset);
      if (entry && !in_time(entry->realtime)) break;
      if (entry) add(last_, *place->file, *entry);
    }
  }

  bool in_time(uint64_t time) const {
    return direction_ == Direction::Forward ? !query_.until || time <= *query_.until
                                            : !query_.since || time >= *query_.since;
  }

  void add(Batch& batch, const JournalFile& file, const Entry& entry) {
    const bool new_boot = !query_.quiet && boot_ && *boot_ != entry.boot_id;
    boot_ = entry.boot_id;
    batch.push_back({file.index(), new_boot, entry.offset});
  }

  const Query& query_;
  Direction direction_;
  std::unique_ptr<MergedEntries> entries_;  // null: the batch in last_, and then nothing
  Batch last_;
  std::optional<Id128> boot_;
};

// Threads that take batches in turn, format them beside each other, and give out text in the order of the batches.
class Line {
 public:
  Line(Entries& entries, const std::function<bool(std::string_view)>& out) : entries_(entries), out_(out) {}

  void work(Formatter& formatter) {
    Batch batch;
    std::string text;
    while (true) {
      uint64_t turn = 0;
      {
        const std::scoped_lock lock(taking_);
        if (stopped_) return;
        entries_.next(batch);
        if (batch.empty()) return;
        turn = taken_++;
      }
      text.clear();
      const Formatted done = formatter.format(batch, UINT64_MAX, text);
      std::unique_lock lock(giving_);
      turn_came_.wait(lock, [&] { return given_ == turn; });
      done_.entries += done.entries;
      done_.incomplete += done.incomplete;
      if (!stopped_ && !text.empty() && !out_(text)) stopped_ = true;
      ++given_;
      turn_came_.notify_all();
    }
  }

  const Formatted& done() const { return done_; }

 private:
  Entries& entries_;
  const std::function<bool(std::string_view)>& out_;
  std::mutex taking_;
  std::mutex giving_;
  std::condition_variable turn_came_;
  uint64_t taken_ = 0;
  uint64_t given_ = 0;
  std::atomic<bool> stopped_ = false;
  Formatted done_;
};

}  // namespace

Result<Formatted> show(Files files, const Query& query, const std::function<bool(std::string_view)>& out) {
  if (query.pattern) {
    if (auto pattern = Pattern::compile(*query.pattern); !pattern) return fail(pattern.error());
  }
  const auto formatter = [&] {
    std::optional<MessageSearch> search;
    if (query.pattern) {
      if (auto pattern = Pattern::compile(*query.pattern)) search.emplace(std::move(*pattern));
    }
    return Formatter(files, make_writer(query.mode, query.zone, query.safe), std::move(search));
  };
  Entries entries(files, query);
  Formatted done;
  if (query.lines) {
    // Where to stop is known only as entries are shown.
    Formatter one = formatter();
    Batch batch;
    std::string text;
    for (entries.next(batch); !batch.empty() && done.entries < *query.lines; entries.next(batch)) {
      text.clear();
      const Formatted part = one.format(batch, *query.lines - done.entries, text);
      done.entries += part.entries;
      done.incomplete += part.incomplete;
      if (!text.empty() && !out(text)) return done;
    }
  } else {
    Line line(entries, out);
    Formatter first = formatter();
    Formatter second = formatter();
    {
      const std::jthread helper([&] { line.work(second); });
      line.work(first);
    }
    done = line.done();
  }
  if (done.entries == 0 && !query.quiet) out("-- No entries --\n");
  return done;
}

}  // namespace inquest::journal
