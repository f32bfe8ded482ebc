#include "record/worker.h"

#include <utility>

namespace inquest::record {

Worker::Worker() : thread_([this] { work(); }) {}

Worker::~Worker() { end(); }

void Worker::end() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Worker::run(std::function<void()> task) {
  {
    const std::scoped_lock lock(mutex_);
    if (ending_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void Worker::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it held may be the last of its kind
    lock.lock();
  }
}

}  // namespace inquest::record
