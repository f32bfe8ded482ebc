#include "store/sqlite_store.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/clock.h"
#include "store/compactor.h"
#include "store/event_codec.h"
#include "store/field_types.h"
#include "store/journal.h"
#include "store/recent.h"
#include "store/recorder_file.h"
#include "store/selector.h"
#include "store/sqlite.h"
#include "store/store_folder.h"
#include "store/trusted_clock.h"

namespace inquest::store {
namespace {

constexpr Ns kMin = std::numeric_limits<Ns>::min();
constexpr Ns kMax = std::numeric_limits<Ns>::max();
constexpr Ns kMaxAge = kHour;  // of rows in memory
constexpr Ns kExpireEvery = kMinute;

using WaitingEvents = std::map<std::pair<Ns, uint64_t>, StoredEvent>;

bool asked_for(const EventQuery& query, const StoredEvent& stored) {
  const Event& event = stored.event;
  return event.time >= query.from && event.time < query.to && stored.row > query.after_row &&
         (query.host.empty() || event.host == query.host) && (query.source.empty() || event.source == query.source) &&
         (!query.severity || event.severity <= *query.severity);
}

// For events that no file's index has: an index of their own, in memory.
Result<void> keep_matching(const std::string& match, WaitingEvents& events) {
  auto database = Database::open(":memory:", Database::Mode::Create);
  if (!database) return fail(database.error());
  if (auto made = database->run("CREATE VIRTUAL TABLE text USING fts5 (message)"); !made) return made;
  auto insert = database->prepare("INSERT INTO text (rowid, message) VALUES (?1, ?2)");
  if (!insert) return fail(insert.error());
  for (const auto& [place, stored] : events) {
    insert->bind(1, stored.row).bind_text(2, stored.event.message);
    if (auto done = insert->run(); !done) return done;
  }
  auto rows = database->prepare("SELECT rowid FROM text WHERE text MATCH ?1");
  if (!rows) return fail(rows.error());
  rows->bind_text(1, match);
  std::set<uint64_t> good;
  for (auto row = rows->step(); !row || *row; row = rows->step()) {
    if (!row) return fail(row.error());
    good.insert(rows->count(0));
  }
  std::erase_if(events, [&](const auto& event) { return !good.contains(event.second.row); });
  return {};
}

}  // namespace

// In the order in which they may be destroyed, from the last.
struct SqliteStore::Parts {
  explicit Parts(SqliteSettings given) : settings(std::move(given)), types(settings.max_series) {}
  ~Parts() {
    // Each of them calls those that come behind it.
    if (journal) journal->stop();
    if (recent) recent->stop();
    // Its thread looks after the old days, with all that is here.
    compactor.reset();
  }

  Result<void> replay(bool read_only);
  Result<void> learn_types();
  void tick();
  Result<void> read_head(const std::shared_ptr<Head>& head, Memtable& table);
  // Of the days those that are left.
  Result<void> expire_old(Ns retain, Ns now, std::vector<std::shared_ptr<Day>>& days);
  // Those in the days' files, in the order asked for in each of them; `take` ends all, or with `each_day` its day.
  Result<void> stored_events(const EventQuery& query, const std::function<bool(StoredEvent&&)>& take,
                             bool each_day = false);
  Result<void> events_by_row(const EventQuery& query, WaitingEvents waiting,
                             const std::function<bool(StoredEvent&&)>& take);

  SqliteSettings settings;
  FieldTypes types;
  std::unique_ptr<StoreFolder> folder;
  std::unique_ptr<RecorderFile> recorder;
  std::unique_ptr<Recent> recent;
  std::unique_ptr<Compactor> compactor;
  std::unique_ptr<Journal> journal;  // none where the store is read only
  std::unique_ptr<TrustedClock> clock;
  uint64_t next_sequence = 1;
  Ns last_rotation = 0;  // on the steady clock
  Ns last_expiry = 0;
  std::mutex replayed_mutex;
  std::condition_variable replayed_changed;
  size_t to_replay = 0;

  void wait_for_replay() {
    std::unique_lock lock(replayed_mutex);
    replayed_changed.wait(lock, [&] { return to_replay == 0; });
  }
};

Result<void> SqliteStore::Parts::learn_types() {
  for (const auto& day : folder->days(kMin, kMax)) {
    auto reader = folder->reader(*day);
    Result<void> done;
    if (reader) {
      const std::lock_guard lock(*(*reader)->mutex);
      auto rows = (*reader)->fields("");
      const auto last = (*reader)->last_sequence();
      if (!rows || !last) {
        done = fail(rows ? last.error() : rows.error());
      } else {
        next_sequence = std::max(next_sequence, *last + 1);
        for (const auto& [bucket, measurement, field] : *rows) types.learn(bucket, measurement, field.name, field.type);
      }
    } else {
      done = fail(reader.error());
    }
    if (done || done.error().code == ErrorCode::NotFound) continue;
    if (done.error().code != ErrorCode::Malformed || settings.read_only) return done;
    folder->set_aside(*day);
  }
  return {};
}

Result<void> SqliteStore::Parts::read_head(const std::shared_ptr<Head>& head, Memtable& table) {
  auto file = HeadFile::open(head->path, settings.read_only);
  if (!file) return fail(file.error());
  return file->read(Batch::Kind::Lines, 0, [&](Batch&& batch) {
    table.apply(batch.bucket, batch.data);
    types.learn_lines(batch.bucket, std::move(batch.data));
    return true;
  });
}

// Heads of an earlier run: their numbers now, their lines behind the first answer.
Result<void> SqliteStore::Parts::replay(bool read_only) {
  for (const uint64_t number : folder->heads()) {
    auto head = std::make_shared<Head>();
    head->number = number;
    head->path = folder->head_path(number);
    next_sequence = std::max(next_sequence, number);
    uint64_t last_events = 0;
    bool empty = false;
    {
      auto file = HeadFile::open(head->path, read_only);
      auto last = file ? file->last_sequence() : Result<uint64_t>(fail(file.error()));
      if (file && last) {
        last_events = *last;
        empty = *last == 0;
        next_sequence = std::max(next_sequence, *last + 1);
      } else {
        const Error error = file ? last.error() : file.error();
        empty = error.code == ErrorCode::NotFound;  // never begun, or (read only) its recorder is done with it
        if (!empty && error.code != ErrorCode::Malformed) return fail(error);
        head->damaged = !empty;
      }
    }
    if (empty) {  // its name is that of the head that comes now
      if (!read_only) StoreFolder::remove_database(head->path);
      continue;
    }
    // How far a damaged one went is not known, and no number may come again.
    if (head->damaged) next_sequence = std::max(next_sequence, number + 1'000'000);
    head->last_events = last_events;  // or fewer: that is seen when they are looked for
    compactor->add_head(head);
    {
      const std::lock_guard lock(replayed_mutex);
      ++to_replay;
    }
    recent->replay(head, [this, head](Memtable& table) {
      if (auto done = read_head(head, table); !done) head->damaged = true;
      const std::lock_guard lock(replayed_mutex);
      --to_replay;
      replayed_changed.notify_all();
    });
    recent->seal(head);
  }
  return {};
}

void SqliteStore::Parts::tick() {
  const Ns now = steady_now();
  if (now - last_rotation >= kMaxAge && recent->has_rows()) {
    last_rotation = now;
    journal->rotate_soon();
  }
}

SqliteStore::SqliteStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteSettings settings) {
  if (!settings.clock) settings.clock = utc_now;
  auto parts = std::make_unique<Parts>(std::move(settings));
  Parts& p = *parts;
  const bool read_only = p.settings.read_only;
  auto folder = StoreFolder::open(p.settings.folder, read_only, p.settings.log);
  if (!folder) return fail(folder.error());
  p.folder = std::move(*folder);

  const std::string recorder_path = p.folder->path("recorder.db");
  auto recorder = RecorderFile::open(recorder_path, read_only);
  if (!recorder && recorder.error().code == ErrorCode::Malformed && !read_only) {
    p.folder->set_aside(recorder_path);
    recorder = RecorderFile::open(recorder_path, read_only);
  }
  if (!recorder) return fail(recorder.error());
  p.recorder = std::move(*recorder);
  if (auto learned = p.learn_types(); !learned) return fail(learned.error());

  p.recent =
      std::make_unique<Recent>(p.settings.memory, [&p] { p.journal->rotate_soon(); }, [&p] { p.compactor->wake(); });
  p.compactor = std::make_unique<Compactor>(*p.folder, *p.recent, p.settings.clock);
  if (auto replayed = p.replay(read_only); !replayed) return fail(replayed.error());
  if (read_only) {
    p.wait_for_replay();
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(parts)));
  }

  p.clock = std::make_unique<TrustedClock>(p.settings.clock, steady_now, p.recorder->kept_clock());
  (void)p.recorder->keep_clock({p.clock->now(), p.clock->age()});
  p.last_rotation = steady_now();
  auto journal = Journal::open(*p.folder, p.next_sequence,
                               {.committed =
                                    [&p](const std::shared_ptr<Head>& head, Batch&& batch) {
                                      if (batch.kind == Batch::Kind::Lines) p.recent->add(head, std::move(batch));
                                    },
                                .rotated =
                                    [&p](const std::shared_ptr<Head>& head, const std::shared_ptr<Head>& next) {
                                      p.compactor->add_head(next);
                                      p.recent->seal(head);
                                    },
                                .has_room = [&p] { return p.recent->has_room(); }});
  if (!journal) return fail(journal.error());
  p.journal = std::move(*journal);
  p.compactor->add_head(p.journal->head());
  std::unique_ptr<SqliteStore> out(new SqliteStore(std::move(parts)));
  p.compactor->set_tick([&p, store = out.get()] {
    p.tick();
    if (steady_now() - p.last_expiry < kExpireEvery) return;
    p.last_expiry = steady_now();
    store->expire();
  });
  p.compactor->start();
  return out;
}

CheckedLines SqliteStore::check(std::string_view bucket, std::string text, TimeUnit unit, Ns now) {
  parts_->wait_for_replay();  // which is where the latest types come from
  return parts_->types.check(bucket, std::move(text), unit, now);
}

void SqliteStore::write(std::string_view bucket, std::string lines, Done done) {
  if (!parts_->journal) return done(fail(ErrorCode::Denied, "the store is open for reading only"));
  parts_->journal->take(Batch::Kind::Lines, std::string(bucket), std::move(lines), 1, std::move(done));
}

void SqliteStore::write(std::vector<Event> events, Done done) {
  if (!parts_->journal) return done(fail(ErrorCode::Denied, "the store is open for reading only"));
  // Places in a batch are counted in 16 bits.
  while (events.size() > Journal::kMaxEvents) {
    std::vector<Event> first(std::make_move_iterator(events.begin()),
                             std::make_move_iterator(events.begin() + Journal::kMaxEvents));
    events.erase(events.begin(), events.begin() + Journal::kMaxEvents);
    const uint64_t rows = first.size();
    parts_->journal->take(Batch::Kind::Events, {}, pack_events(first), rows, nullptr);
  }
  const uint64_t rows = events.size();
  parts_->journal->take(Batch::Kind::Events, {}, pack_events(events), rows, std::move(done));
}

Result<std::vector<std::string>> SqliteStore::buckets() {
  auto created = parts_->recorder->buckets();
  if (!created) return created;
  std::set<std::string> all(created->begin(), created->end());
  parts_->recent->settle();
  for (const auto& generation : parts_->recent->all()) {
    for (std::string& name : generation->table.buckets()) all.insert(std::move(name));
  }
  for (const auto& day : parts_->folder->days(kMin, kMax)) {
    auto reader = parts_->folder->reader(*day);
    if (!reader) continue;  // damaged ones are dealt with where samples are read
    const std::lock_guard lock(*(*reader)->mutex);
    if (auto names = (*reader)->buckets()) all.insert(names->begin(), names->end());
  }
  return std::vector<std::string>(all.begin(), all.end());
}

Result<void> SqliteStore::create_bucket(std::string_view name) { return parts_->recorder->create_bucket(name); }

Result<void> SqliteStore::select(const Selection& selection, const std::function<bool(Slice&&)>& take) {
  parts_->recent->settle();
  auto selector = Selector::make(*parts_->folder, *parts_->recent, selection);
  return selector ? selector->select(take) : Result<void>(fail(selector.error()));
}

Result<void> SqliteStore::series(const Selection& selection, const std::function<bool(const SeriesKey&)>& take) {
  parts_->recent->settle();
  auto selector = Selector::make(*parts_->folder, *parts_->recent, selection);
  return selector ? selector->series(take) : Result<void>(fail(selector.error()));
}

Result<std::set<std::string>> SqliteStore::tag_keys(const Selection& selection) {
  parts_->recent->settle();
  auto selector = Selector::make(*parts_->folder, *parts_->recent, selection);
  if (!selector) return fail(selector.error());
  return selector->tag_keys();
}

Result<std::vector<std::pair<std::string, FieldType>>> SqliteStore::fields(const Selection& selection) {
  parts_->recent->settle();
  auto selector = Selector::make(*parts_->folder, *parts_->recent, selection);
  if (!selector) return fail(selector.error());
  return selector->fields();
}

// A file holds a day, and rows of one hour are in many of them where clocks differ: the first of each, and of those the
// first.
Result<void> SqliteStore::Parts::events_by_row(const EventQuery& query, WaitingEvents waiting,
                                               const std::function<bool(StoredEvent&&)>& take) {
  const uint64_t limit = query.limit == 0 ? std::numeric_limits<uint64_t>::max() : query.limit;
  std::map<uint64_t, StoredEvent> found;
  const auto keep = [&](StoredEvent&& event) {
    const uint64_t row = event.row;
    found.try_emplace(row, std::move(event));
    if (found.size() <= limit) return true;
    const auto last = query.newest_first ? found.begin() : std::prev(found.end());
    const bool more = last->first != row;  // a file's rows come in order: the next ones are no better
    found.erase(last);
    return more;
  };
  for (auto& [place, event] : waiting) (void)keep(std::move(event));
  waiting.clear();
  if (auto done = stored_events(query, keep, true); !done) return done;
  const auto give = [&](auto begin, auto end) {
    for (; begin != end && take(std::move(begin->second)); ++begin) {
    }
  };
  query.newest_first ? give(found.rbegin(), found.rend()) : give(found.begin(), found.end());
  return {};
}

Result<void> SqliteStore::Parts::stored_events(const EventQuery& query, const std::function<bool(StoredEvent&&)>& take,
                                               bool each_day) {
  auto days = folder->days(query.from, query.to);
  if (query.newest_first) std::ranges::reverse(days);
  for (const auto& day : days) {
    bool more = true;
    auto reader = folder->reader(*day);
    Result<void> done = reader ? Result<void>() : Result<void>(fail(reader.error()));
    if (reader) {
      const std::lock_guard lock(*(*reader)->mutex);
      done =
          (*reader)->events(query, [&](StoredEvent&& event) -> Result<bool> { return more = take(std::move(event)); });
    }
    if (!done && done.error().code == ErrorCode::Malformed && journal) {
      folder->set_aside(*day);
    } else if (!done && done.error().code != ErrorCode::NotFound) {
      return done;
    }
    if (!more && !each_day) return {};
  }
  return {};
}

Result<void> SqliteStore::events(const EventQuery& query, const std::function<bool(StoredEvent&&)>& take) {
  // What has words to be matched is found by its index only; the rest is read where it is.
  if (!query.match.empty() && parts_->journal) {
    if (auto done = parts_->compactor->index_up_to(parts_->journal->committed()); !done) return done;
  }
  WaitingEvents waiting;
  for (const auto& head : parts_->compactor->heads()) {
    const uint64_t indexed = head->indexed;
    if (indexed >= head->last_events || (!query.match.empty() && parts_->journal)) continue;
    auto file = HeadFile::open(head->path, true);
    if (!file) continue;  // gone: all of it is in the days' files
    (void)file->read(Batch::Kind::Events, indexed, [&](Batch&& batch) {
      auto events = unpack_events(batch.data);
      for (uint64_t i = 0; events && i < events->size(); ++i) {
        StoredEvent stored = {.row = Journal::row_of(batch.sequence, i), .event = std::move((*events)[i])};
        if (asked_for(query, stored)) waiting.try_emplace({stored.event.time, stored.row}, std::move(stored));
      }
      return true;
    });
  }

  if (!query.match.empty() && !waiting.empty()) {
    if (auto done = keep_matching(query.match, waiting); !done) return done;
  }

  if (query.by_row) return parts_->events_by_row(query, std::move(waiting), take);

  uint64_t left = query.limit == 0 ? std::numeric_limits<uint64_t>::max() : query.limit;
  bool more = true;
  const auto give = [&](StoredEvent&& event) {
    if (left == 0 || !more) return;
    --left;
    more = take(std::move(event)) && left > 0;
  };
  // Those that wait and come before (or, newest first, behind) the one that is next.
  const auto give_waiting = [&](std::optional<std::pair<Ns, uint64_t>> until) {
    while (more && !waiting.empty()) {
      auto at = query.newest_first ? std::prev(waiting.end()) : waiting.begin();
      if (until && (query.newest_first ? at->first <= *until : at->first >= *until)) {
        if (at->first == *until) waiting.erase(at);  // it is in both places
        return;
      }
      StoredEvent event = std::move(at->second);
      waiting.erase(at);
      give(std::move(event));
    }
  };
  // Days and years may overlap; each file's events are in order, and files with the same time are rare.
  auto done = parts_->stored_events(query, [&](StoredEvent&& event) {
    give_waiting(std::pair(event.event.time, event.row));
    give(std::move(event));
    return more;
  });
  if (!done) return done;
  give_waiting(std::nullopt);
  return {};
}

Result<uint64_t> SqliteStore::put_incident(const KeptIncident& incident) { return parts_->recorder->put(incident); }

Result<std::vector<KeptIncident>> SqliteStore::incidents(std::optional<uint64_t> id) {
  return parts_->recorder->incidents(id);
}

Result<void> SqliteStore::flush() {
  if (parts_->journal) parts_->journal->drain();
  return {};
}

Usage SqliteStore::usage() {
  Usage out;
  out.bytes = parts_->folder->bytes();
  out.batches_waiting = parts_->recent->backlog() + (parts_->journal ? parts_->journal->waiting() : 0);
  out.series = parts_->types.series();
  out.set_aside = parts_->folder->all_set_aside();
  for (const auto& day : parts_->folder->days(kMin, kMax)) {
    auto reader = parts_->folder->reader(*day);
    if (!reader) continue;
    const std::lock_guard lock(*(*reader)->mutex);
    auto totals = (*reader)->totals();
    if (!totals) continue;
    out.rows += totals->rows;
    out.values += totals->values;
    out.events += totals->events;
    if (totals->oldest) out.oldest = std::min(out.oldest.value_or(kMax), *totals->oldest);
    if (totals->newest) out.newest = std::max(out.newest.value_or(kMin), *totals->newest);
  }
  for (const auto& generation : parts_->recent->all()) {
    const auto range = generation->table.range();
    if (!range) continue;
    out.oldest = std::min(out.oldest.value_or(kMax), range->first);
    out.newest = std::max(out.newest.value_or(kMin), range->second);
  }
  return out;
}

Result<void> SqliteStore::compact() {
  parts_->journal->drain();
  parts_->journal->rotate();
  parts_->recent->settle();
  return parts_->compactor->run_all();
}

// What came lately is kept, whatever time it states: it may be of a host, or of a while, whose clock was wrong.
Result<void> SqliteStore::Parts::expire_old(Ns retain, Ns now, std::vector<std::shared_ptr<Day>>& days) {
  const Ns age = clock->age();
  auto added = recorder->added();
  if (!added) return fail(added.error());
  for (const auto& day : days) {
    if (!day->grown.exchange(false) && added->contains(day->period.name)) continue;
    if (auto kept = recorder->keep_added(day->period.name, age); !kept) {
      day->grown = true;
      return kept;
    }
    added->insert_or_assign(day->period.name, age);
  }
  std::erase_if(days, [&](const std::shared_ptr<Day>& day) {
    const auto at = added->find(day->period.name);
    if (day->period.to > now - retain || at->second > age - retain || day->grown) return false;
    compactor->remove(day);
    return true;
  });
  for (const auto& [name, when] : *added) {
    const auto is = [&](const std::shared_ptr<Day>& day) { return day->period.name == name; };
    if (std::ranges::any_of(days, is)) continue;
    if (auto gone = recorder->forget_added(name); !gone) return gone;
  }
  return {};
}

void SqliteStore::expire() {
  const SqliteSettings& settings = parts_->settings;
  auto days = parts_->folder->days(kMin, kMax);
  const Ns now = parts_->clock->now();
  // Where that fails, the clock is only proved again, and old days go at a later time.
  (void)parts_->recorder->keep_clock({now, parts_->clock->age()});
  if (settings.retain) (void)parts_->expire_old(*settings.retain, now, days);
  if (settings.max_disk) {
    for (size_t i = 0; i + 1 < days.size() && parts_->folder->bytes() > *settings.max_disk; ++i) {
      parts_->compactor->remove(days[i]);
    }
  }
}

}  // namespace inquest::store
