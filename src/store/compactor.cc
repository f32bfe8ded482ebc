#include "store/compactor.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/checked.h"
#include "store/event_codec.h"

namespace inquest::store {
namespace {

constexpr size_t kMaxWriters = 4;
constexpr int kMostTries = 10;           // for a file that others set aside under our hands
constexpr size_t kMergesAtOnce = 300;    // series in one transaction
constexpr size_t kEventBytes = 3 << 20;  // of batches in one transaction: fewer pieces of the index to be merged
constexpr auto kRest = std::chrono::seconds(1);
constexpr auto kTidyEvery = std::chrono::seconds(20);
constexpr int kNice = 10;

bool damaged(const Error& error) { return error.code == ErrorCode::Malformed; }

// Rows of a year whose days have files of their own.
void leave_out_others(Slice& rows, const Period& period, Ns now) {
  const auto elsewhere = [&](Ns time) { return period_of(time, now).name != period.name; };
  const auto begin = std::ranges::find_if(rows.times, elsewhere);
  if (begin == rows.times.end()) return;
  const auto end = std::ranges::find_if_not(begin, rows.times.end(), elsewhere);
  Slice after = rows;
  keep_rows(after, static_cast<size_t>(end - rows.times.begin()), rows.times.size());
  keep_rows(rows, 0, static_cast<size_t>(begin - rows.times.begin()));
  std::vector<Piece> both;
  both.push_back({.rows = std::move(rows), .order = {}});
  both.push_back({.rows = std::move(after), .order = {}});
  rows = merge(std::move(both));
}

}  // namespace

Compactor::Compactor(StoreFolder& folder, Recent& recent, std::function<Ns()> clock)
    : folder_(folder), recent_(recent), clock_(std::move(clock)) {}

Compactor::~Compactor() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  progress_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Compactor::start() {
  thread_ = std::thread([this] { run(); });
}

void Compactor::set_tick(std::function<void()> tick) { tick_ = std::move(tick); }

void Compactor::add_head(std::shared_ptr<Head> head) {
  const std::lock_guard lock(mutex_);
  heads_.push_back(std::move(head));
}

std::vector<std::shared_ptr<Head>> Compactor::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void Compactor::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  wake_.notify_one();
}

std::string Compactor::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Compactor::run() {
  (void)::pthread_setname_np(::pthread_self(), "compactor");
  auto last_tick = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!stop_) {
    woken_ = false;
    lock.unlock();
    Result<bool> more = false;
    {
      // Receiving goes before what can be done later; but whoever sends may be waiting for rows to become blocks. Linux
      // gives each thread a priority of its own, and lets it rise again where a limit or a capability allows that.
      const int nice = recent_.oldest_sealed() == nullptr ? kNice : 0;
      (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice);
      const std::lock_guard working(work_);
      more = step();
    }
    if (tick_ && std::chrono::steady_clock::now() - last_tick >= kRest) {
      last_tick = std::chrono::steady_clock::now();
      tick_();
    }
    lock.lock();
    ++turns_;
    trouble_ = more ? "" : more.error().text();
    progress_.notify_all();
    if (more && *more) continue;
    wake_.wait_for(lock, kRest, [&] { return stop_ || (woken_ && more); });
  }
}

Result<bool> Compactor::step() {
  if (const auto generation = recent_.oldest_sealed()) {
    if (auto done = flush(*generation); !done) return fail(done.error());
    generation->head->flushed = true;
    recent_.drop(generation);
    drop_heads();
    return true;
  }
  const auto indexed = index_some();
  if (!indexed || *indexed) return indexed;
  drop_heads();
  const auto merged = merge_some();
  if (!merged || *merged || std::chrono::steady_clock::now() - last_tidy_ < kTidyEvery) return merged;
  if (tidy_some()) return true;
  last_tidy_ = std::chrono::steady_clock::now();
  return false;
}

Result<DayWriter*> Compactor::writer(const std::shared_ptr<Day>& day) {
  auto at = writers_.find(day->path);
  if (at != writers_.end() && at->second.day != day) {
    close_writer(day->path);  // of a file that was set aside since
    at = writers_.end();
  }
  if (at == writers_.end()) {
    if (writers_.size() >= kMaxWriters) writers_.erase(writers_.begin());
    auto opened = DayWriter::open(day->path);
    if (!opened) return fail(opened.error());
    at = writers_.emplace(day->path, Writer{day, std::make_unique<DayWriter>(std::move(*opened))}).first;
  }
  return at->second.file.get();
}

void Compactor::close_writer(const std::string& path) {
  writers_.erase(path);
  to_merge_.erase(path);
}

Result<void> Compactor::on_day(const Period& period, const std::function<Result<void>(DayWriter&)>& work) {
  for (int tries = 0;; ++tries) {
    const std::shared_ptr<Day> day = folder_.day(period);
    const auto file = writer(day);
    Result<void> done = file ? (*file)->transaction([&] { return work(**file); }) : Result<void>(fail(file.error()));
    if (day->gone && tries < kMostTries) continue;  // what was written went with it
    if (done || !damaged(done.error()) || tries > 0) {
      if (!done) close_writer(day->path);  // what it knows of fields may have been rolled back
      return done;
    }
    close_writer(day->path);
    folder_.set_aside(*day);
  }
}

Result<void> Compactor::flush(Generation& generation) {
  const Ns now = clock_();
  std::map<std::string, Period> periods;
  for (const int64_t day : generation.table.days()) {
    const Ns time = checked_mul(day, kDay).value_or(std::numeric_limits<Ns>::min());
    Period period = period_of(time, now);
    periods.emplace(period.name, std::move(period));
  }
  for (const auto& [name, period] : periods) {
    if (auto done = flush_period(generation, period, now); !done) return done;
  }
  return {};
}

Result<void> Compactor::flush_period(Generation& generation, const Period& period, Ns now) {
  auto done = on_day(period, [&](DayWriter& file) -> Result<void> {
    const auto there = file.has_head(generation.head->number);
    if (!there) return fail(there.error());
    if (*there) return {};
    Result<void> added;
    for (const std::string& bucket : generation.table.buckets()) {
      generation.table.each(bucket, nullptr, [&](const SeriesKey& key, const SeriesRows& rows) {
        if (!added || rows.newest() < period.from || rows.oldest() >= period.to) return;
        Slice merged = merge(rows.pieces(period.from, period.to));
        if (period.name.size() == 4) leave_out_others(merged, period, now);
        if (merged.times.empty()) return;
        const auto id = file.series(bucket, key);
        added = id ? file.add(*id, bucket, key.measurement, merged) : Result<void>(fail(id.error()));
      });
    }
    if (!added) return added;
    return file.put_head(generation.head->number);
  });
  if (!done) return done;
  const bool over = period.to < now - kHour;
  const std::shared_ptr<Day> there = folder_.day(period);
  there->grown = true;
  const auto file = writer(there);
  if (!file) return fail(file.error());
  auto fragmented = (*file)->fragmented(over);
  if (!fragmented) return fail(fragmented.error());
  if (!fragmented->empty()) to_merge_[there->path] = std::move(*fragmented);
  return {};
}

Result<bool> Compactor::index_some() {
  for (const auto& head : heads()) {
    if (head->indexed >= head->last_events) continue;
    auto& file = open_heads_[head->number];
    if (!file) {
      auto opened = HeadFile::open(head->path, false);
      if (!opened) return fail(opened.error());
      file = std::make_unique<HeadFile>(std::move(*opened));
    }
    std::vector<Batch> batches;
    size_t bytes = 0;
    const auto read = file->read(Batch::Kind::Events, head->indexed, [&](Batch&& batch) {
      bytes += batch.data.size();
      batches.push_back(std::move(batch));
      return bytes < kEventBytes;
    });
    if (!read && !damaged(read.error())) return fail(read.error());
    if (!read) head->damaged = true;
    // What is damaged beyond reading is passed over; the file is kept.
    const uint64_t up_to = read && !batches.empty() ? batches.back().sequence : head->last_events.load();
    if (auto done = index_events(*head, std::move(batches)); !done) return fail(done.error());
    head->indexed = up_to;
    return true;
  }
  return false;
}

Result<void> Compactor::index_events(Head& head, std::vector<Batch> batches) {
  std::map<std::string, std::pair<Period, std::vector<StoredEvent>>> days;
  const Ns now = clock_();
  for (const Batch& batch : batches) {
    auto events = unpack_events(batch.data);
    if (!events) {
      head.damaged = true;
      continue;
    }
    for (uint64_t i = 0; i < events->size(); ++i) {
      Event& event = (*events)[i];
      Period period = period_of(event.time, now);
      auto& [to, list] = days[period.name];
      if (list.empty()) to = std::move(period);
      list.push_back({.row = Journal::row_of(batch.sequence, i), .event = std::move(event)});
    }
  }
  for (auto& [name, day] : days) {
    auto done = on_day(day.first, [&](DayWriter& file) { return file.add_events(day.second); });
    if (!done) return done;
    folder_.day(day.first)->grown = true;
  }
  return {};
}

Result<bool> Compactor::merge_some() {
  if (to_merge_.empty()) return false;
  auto& [path, series] = *to_merge_.begin();
  const size_t count = std::min(series.size(), kMergesAtOnce);
  const std::vector<int64_t> some(series.end() - static_cast<long>(count), series.end());
  series.resize(series.size() - count);
  const std::string file_path = path;
  if (series.empty()) to_merge_.erase(to_merge_.begin());
  for (const auto& day : folder_.days(std::numeric_limits<Ns>::min(), std::numeric_limits<Ns>::max())) {
    if (day->path != file_path) continue;
    auto done = on_day(day->period, [&](DayWriter& file) -> Result<void> {
      for (const int64_t one : some) {
        if (auto merged = file.merge_blocks(one); !merged) return merged;
      }
      return {};
    });
    if (!done) return fail(done.error());
  }
  return true;
}

// Whether there is more of it. What is in its way, damage or a full disk, is found by those who can't go on with it.
bool Compactor::tidy_some() {
  return std::ranges::any_of(writers_, [](auto& file) { return file.second.file->tidy().value_or(false); });
}

// Heads from which everything is taken.
void Compactor::drop_heads() {
  std::vector<std::shared_ptr<Head>> gone;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(heads_, [&](const auto& head) {
      const bool done = head->flushed && head->indexed >= head->last_events;
      if (done) gone.push_back(head);
      return done;
    });
  }
  for (const auto& head : gone) {
    open_heads_.erase(head->number);
    if (head->damaged) {
      folder_.set_aside(head->path);
    } else {
      StoreFolder::remove_database(head->path);
    }
  }
}

Result<void> Compactor::index_up_to(uint64_t sequence) {
  const auto behind = [&] {
    return std::ranges::any_of(
        heads_, [&](const auto& head) { return head->indexed < std::min<uint64_t>(head->last_events, sequence); });
  };
  std::unique_lock lock(mutex_);
  while (behind() && !stop_) {
    const uint64_t turn = turns_;
    woken_ = true;
    wake_.notify_one();
    progress_.wait(lock, [&] { return stop_ || turns_ != turn; });
    if (!trouble_.empty() && behind()) return fail(ErrorCode::Failed, trouble_);
  }
  return {};
}

Result<void> Compactor::run_all() {
  const std::lock_guard working(work_);
  while (true) {
    const auto more = step();
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  for (const auto& day : folder_.days(std::numeric_limits<Ns>::min(), std::numeric_limits<Ns>::max())) {
    const auto file = writer(day);
    if (!file) return fail(file.error());
    auto fragmented = (*file)->fragmented(true);
    if (!fragmented) return fail(fragmented.error());
    if (!fragmented->empty()) to_merge_[day->path] = std::move(*fragmented);
  }
  while (true) {
    const auto more = merge_some();
    if (!more) return fail(more.error());
    if (!*more) break;
  }
  while (tidy_some()) {
  }
  return {};
}

void Compactor::remove(const std::shared_ptr<Day>& day) {
  const std::lock_guard working(work_);
  close_writer(day->path);
  folder_.remove(*day);
}

}  // namespace inquest::store
