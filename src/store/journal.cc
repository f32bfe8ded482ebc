#include "store/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <pthread.h>

namespace inquest::store {
namespace {

constexpr auto kGroup = std::chrono::milliseconds(2);  // from one commit to the next, while little comes
constexpr auto kPatience = std::chrono::seconds(4);    // Telegraf gives up after 5
constexpr auto kNoRoom = std::chrono::milliseconds(5);
constexpr size_t kSoon = 1 << 20;       // with so many bytes waiting there is nothing to wait for
constexpr size_t kMaxJoined = 1 << 20;  // small batches are joined to one of about this size
constexpr size_t kMaxCommit = 8 << 20;
constexpr size_t kMaxQueued = 64 << 20;
constexpr size_t kMaxHead = size_t{512} << 20;  // of plain text

Error no_room() { return {.code = ErrorCode::Limit, .message = "more comes in than can be stored; send it again"}; }

}  // namespace

Journal::Journal(StoreFolder& folder, uint64_t next_sequence, Hooks hooks)
    : folder_(folder), hooks_(std::move(hooks)), next_sequence_(next_sequence), committed_(next_sequence - 1) {}

Result<std::unique_ptr<Journal>> Journal::open(StoreFolder& folder, uint64_t next_sequence, Hooks hooks) {
  std::unique_ptr<Journal> out(new Journal(folder, next_sequence, std::move(hooks)));
  if (auto begun = out->begin_head(); !begun) return fail(begun.error());
  out->thread_ = std::thread([journal = out.get()] { journal->run(); });
  return out;
}

Journal::~Journal() { stop(); }

void Journal::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> Journal::begin_head() {
  auto head = std::make_shared<Head>();
  head->number = next_sequence_;
  head->path = folder_.head_path(next_sequence_);
  auto file = HeadFile::create(head->path);
  if (!file) return fail(file.error());
  const std::lock_guard lock(mutex_);
  file_ = std::make_unique<HeadFile>(std::move(*file));
  head_ = std::move(head);
  head_bytes_ = 0;
  return {};
}

void Journal::take(Batch::Kind kind, std::string bucket, std::string data, uint64_t rows, Store::Done done) {
  {
    const std::lock_guard lock(mutex_);
    Lane& lane = kind == Batch::Kind::Events ? events_ : lines_;
    if (lane.bytes < kMaxQueued && !stop_) {
      lane.bytes += data.size();
      lane.queue.push_back({.batch = {.kind = kind, .bucket = std::move(bucket), .data = std::move(data)},
                            .rows = rows,
                            .done = std::move(done),
                            .ticket = ++tickets_,
                            .since = Clock::now()});
      wake_.notify_one();
      return;
    }
  }
  if (done) done(fail(no_room()));
}

void Journal::run() {
  (void)::pthread_setname_np(::pthread_self(), "journal");
  auto last = Clock::now() - kGroup;
  std::unique_lock lock(mutex_);
  const auto rotates = [&] { return rotate_soon_ || (rotate_behind_ != kNone && is_done(rotate_behind_)); };
  while (true) {
    idle_.notify_all();
    wake_.wait(lock, [&] { return stop_ || rotates() || !idle(); });
    if (!idle()) {
      wake_.wait_until(lock, last + kGroup, [&] { return stop_ || rotates() || events_.bytes + lines_.bytes > kSoon; });
      last = Clock::now();
      in_turn_ = std::min(events_.first(), lines_.first());
      take_turn(lock);
      in_turn_ = kNone;
    }
    if (head_bytes_ > kMaxHead) rotate_soon_ = true;
    if (rotates()) {
      const uint64_t behind = rotate_behind_ != kNone && is_done(rotate_behind_) ? rotate_behind_ : kNone;
      rotate_soon_ = false;
      lock.unlock();
      end_head();
      lock.lock();
      if (rotate_behind_ == behind) rotate_behind_ = kNone;
    }
    if (stop_ && idle()) break;
  }
  idle_.notify_all();
}

size_t Journal::move_first(Lane& lane, std::deque<Waiting>& to) {
  const size_t bytes = lane.queue.front().batch.data.size();
  to.push_back(std::move(lane.queue.front()));
  lane.queue.pop_front();
  return bytes;
}

void Journal::take_turn(std::unique_lock<std::mutex>& lock) {
  std::deque<Waiting> taken;
  std::deque<Waiting> refused;
  bool room = false;
  if (!lines_.queue.empty()) {
    lock.unlock();
    room = hooks_.has_room();
    lock.lock();
  }
  // Both in one go: no line is safe before an event that came before it.
  size_t event_bytes = 0;
  size_t line_bytes = 0;
  while (!events_.queue.empty() && event_bytes < kMaxCommit) event_bytes += move_first(events_, taken);
  head_bytes_ += event_bytes;
  if (!lines_.queue.empty()) {
    if (room) {
      while (!lines_.queue.empty() && event_bytes + line_bytes < kMaxCommit) line_bytes += move_first(lines_, taken);
      head_bytes_ += line_bytes;
    } else {
      // A sender that is too fast is held back for a while before it is told so.
      const auto until = Clock::now() - kPatience;
      while (!lines_.queue.empty() && lines_.queue.front().since < until) {
        line_bytes += move_first(lines_, refused);
      }
      if (taken.empty() && refused.empty()) {
        wake_.wait_for(lock, kNoRoom, [&] { return rotate_soon_ || !events_.queue.empty(); });
        return;
      }
    }
  }
  lock.unlock();
  for (const Waiting& one : refused) {
    if (one.done) one.done(fail(no_room()));
  }
  if (!taken.empty()) commit(std::move(taken));
  lock.lock();
  events_.bytes -= event_bytes;
  lines_.bytes -= line_bytes;
}

bool Journal::is_done(uint64_t ticket) const { return std::min({events_.first(), lines_.first(), in_turn_}) > ticket; }

void Journal::commit(std::deque<Waiting> taken) {
  std::vector<Batch> batches;
  uint64_t rows = 0;
  for (Waiting& one : taken) {
    const bool joins = !batches.empty() && batches.back().kind == one.batch.kind &&
                       batches.back().bucket == one.batch.bucket && rows + one.rows <= kMaxEvents &&
                       batches.back().data.size() + one.batch.data.size() <= kMaxJoined;
    if (joins) {
      batches.back().data += one.batch.data;
      rows += one.rows;
    } else {
      one.batch.sequence = next_sequence_ + batches.size();
      batches.push_back(std::move(one.batch));
      rows = one.rows;
    }
  }
  const Result<void> done = file_->append(batches);
  if (done) {
    next_sequence_ += batches.size();
    const std::shared_ptr<Head> head = this->head();
    for (Batch& batch : batches) {
      if (batch.kind == Batch::Kind::Events) head->last_events = batch.sequence;
      hooks_.committed(head, std::move(batch));
    }
    committed_ = next_sequence_ - 1;
  }
  for (const Waiting& one : taken) {
    if (one.done) one.done(done);
  }
}

// Where the next head can't be made (the disk is full), this one stays.
void Journal::end_head() {
  const std::shared_ptr<Head> old = head();
  if (old->number == next_sequence_) return;  // nothing in it
  std::unique_ptr<HeadFile> file = std::move(file_);
  if (auto begun = begin_head(); !begun) {
    file_ = std::move(file);
    return;
  }
  hooks_.rotated(old, head());
}

void Journal::rotate_soon() {
  const std::lock_guard lock(mutex_);
  rotate_soon_ = true;
  wake_.notify_one();
}

void Journal::rotate() {
  std::unique_lock lock(mutex_);
  rotate_behind_ = tickets_;
  wake_.notify_one();
  idle_.wait(lock, [&] { return rotate_behind_ == kNone || stop_; });
}

void Journal::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&, last = tickets_] { return is_done(last); });
}

std::shared_ptr<Head> Journal::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

uint64_t Journal::waiting() const {
  const std::lock_guard lock(mutex_);
  return events_.queue.size() + lines_.queue.size();
}

}  // namespace inquest::store
