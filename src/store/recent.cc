#include "store/recent.h"

#include <algorithm>
#include <utility>

#include <pthread.h>

namespace inquest::store {
namespace {

constexpr size_t kMaxQueued = 12 << 20;  // text that waits to be read into the table

}  // namespace

Recent::Recent(size_t limit, std::function<void()> grown, std::function<void()> sealed)
    : limit_(limit), grown_(std::move(grown)), sealed_(std::move(sealed)), thread_([this] { run(); }) {}

Recent::~Recent() { stop(); }

void Recent::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  settled_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Recent::push(size_t bytes, Work work) {
  const std::lock_guard lock(mutex_);
  queue_.emplace_back(bytes, std::move(work));
  queued_bytes_ += bytes;
  ++pushed_;
  wake_.notify_one();
}

void Recent::run() {
  (void)::pthread_setname_np(::pthread_self(), "recent");
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || !queue_.empty(); });
    if (stop_) return;  // what is left is in the heads
    auto [bytes, work] = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    queued_bytes_ -= bytes;
    ++finished_;
    settled_.notify_all();
  }
}

std::shared_ptr<Generation> Recent::generation_of(const std::shared_ptr<Head>& head) {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find(generations_, head, &Generation::head);
  if (at != generations_.end()) return *at;
  auto generation = std::make_shared<Generation>();
  generation->head = head;
  return generations_.emplace_back(std::move(generation));
}

void Recent::replay(std::shared_ptr<Head> head, std::function<void(Memtable&)> read) {
  push(0, [this, head = std::move(head), read = std::move(read)] { read(generation_of(head)->table); });
}

void Recent::add(std::shared_ptr<Head> head, Batch batch) {
  const size_t bytes = batch.data.size();
  push(bytes, [this, head = std::move(head), batch = std::move(batch)] {
    const auto generation = generation_of(head);
    const size_t before = generation->table.bytes();
    generation->table.apply(batch.bucket, batch.data);
    if (before < limit_ && generation->table.bytes() >= limit_) grown_();
  });
}

void Recent::seal(std::shared_ptr<Head> head) {
  push(0, [this, head = std::move(head)] {
    const auto generation = generation_of(head);
    {
      const std::lock_guard lock(mutex_);
      generation->sealed = true;
    }
    sealed_();
  });
}

void Recent::settle() {
  std::unique_lock lock(mutex_);
  const uint64_t until = pushed_;
  settled_.wait(lock, [&] { return finished_ >= until || stop_; });
}

bool Recent::has_room() const {
  size_t bytes = 0;
  for (const auto& generation : all()) bytes += generation->table.bytes();
  const std::lock_guard lock(mutex_);
  return queued_bytes_ < kMaxQueued && bytes < limit_ * 3;
}

std::vector<std::shared_ptr<Generation>> Recent::all() const {
  const std::lock_guard lock(mutex_);
  return generations_;
}

std::shared_ptr<Generation> Recent::oldest_sealed() const {
  const std::lock_guard lock(mutex_);
  return !generations_.empty() && generations_.front()->sealed ? generations_.front() : nullptr;
}

void Recent::drop(const std::shared_ptr<Generation>& generation) {
  const std::lock_guard lock(mutex_);
  std::erase(generations_, generation);
}

uint64_t Recent::backlog() const {
  const std::lock_guard lock(mutex_);
  return pushed_ - finished_;
}

bool Recent::has_rows() const {
  const auto tables = all();
  return !tables.empty() && !tables.back()->table.empty();
}

}  // namespace inquest::store
