#include "store/journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <pthread.h>

namespace inquest::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kGroup = std::chrono::milliseconds(2);  // from one commit to the next, while little comes
constexpr auto kPatience = std::chrono::seconds(3);
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
    if (queued_bytes_ < kMaxQueued && !stop_) {
      queued_bytes_ += data.size();
      queue_.push_back({.batch = {.kind = kind, .bucket = std::move(bucket), .data = std::move(data)},
                        .rows = rows,
                        .done = std::move(done)});
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
  while (true) {
    busy_ = false;
    idle_.notify_all();
    wake_.wait(lock, [&] { return stop_ || rotate_ || !queue_.empty(); });
    busy_ = true;
    if (!queue_.empty()) {
      wake_.wait_until(lock, last + kGroup, [&] { return stop_ || rotate_ || queued_bytes_ > kSoon; });
      std::deque<Waiting> taken;
      for (size_t bytes = 0; !queue_.empty() && bytes < kMaxCommit;) {
        bytes += queue_.front().batch.data.size();
        taken.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      lock.unlock();
      last = Clock::now();
      size_t bytes = 0;
      for (const Waiting& one : taken) bytes += one.batch.data.size();
      commit(std::move(taken));
      lock.lock();
      queued_bytes_ -= bytes;
      head_bytes_ += bytes;
      if (head_bytes_ > kMaxHead) rotate_ = true;
      continue;
    }
    if (rotate_) {
      lock.unlock();
      end_head();
      lock.lock();
      rotate_ = false;
      continue;
    }
    if (stop_) return;
  }
}

// A sender that is too fast is held back for a while before it is told so.
bool Journal::wait_for_room() const {
  const auto until = Clock::now() + kPatience;
  while (!hooks_.has_room()) {
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(kGroup);
  }
  return true;
}

void Journal::commit(std::deque<Waiting> taken) {
  std::vector<Batch> batches;
  uint64_t rows = 0;
  const bool room = wait_for_room();
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
  Result<void> done = room ? file_->append(batches) : Result<void>(fail(no_room()));
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
  rotate_ = true;
  wake_.notify_one();
}

void Journal::rotate() {
  std::unique_lock lock(mutex_);
  rotate_ = true;
  wake_.notify_one();
  idle_.wait(lock, [&] { return !rotate_ || stop_; });
}

void Journal::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return queue_.empty() && !busy_; });
}

std::shared_ptr<Head> Journal::head() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

uint64_t Journal::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

}  // namespace inquest::store
