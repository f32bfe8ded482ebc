// What is acknowledged and not in blocks yet: one table in memory for each head, filled behind the journal.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/journal.h"
#include "store/memtable.h"

namespace inquest::store {

struct Generation {
  std::shared_ptr<Head> head;
  Memtable table;
  bool sealed = false;  // nothing is added to it any more
};

class Recent {
 public:
  // `grown` is called from its thread when the table that is filled has become larger than `limit` bytes; `sealed` when
  // one is complete.
  Recent(size_t limit, std::function<void()> grown, std::function<void()> sealed);
  ~Recent();
  Recent(const Recent&) = delete;
  Recent& operator=(const Recent&) = delete;

  // Ends the thread; what was added and is in no table yet is left to the next run.
  void stop();
  // A head of an earlier run, to be read before anything else.
  void replay(std::shared_ptr<Head> head, std::function<void(Memtable&)> read);
  void add(std::shared_ptr<Head> head, Batch batch);
  void seal(std::shared_ptr<Head> head);

  // Waits until all that was added before is in the tables.
  void settle();
  // Whether there is room for more: not where neither this nor the compactor keeps up.
  bool has_room() const;

  std::vector<std::shared_ptr<Generation>> all() const;  // the oldest first
  std::shared_ptr<Generation> oldest_sealed() const;
  void drop(const std::shared_ptr<Generation>& generation);
  uint64_t backlog() const;  // batches that are in no table yet
  // When the first row came into the table that is filled; nothing while it is empty.
  bool has_rows() const;

 private:
  using Work = std::function<void()>;
  void push(size_t bytes, Work work);
  void run();
  std::shared_ptr<Generation> generation_of(const std::shared_ptr<Head>& head);

  const size_t limit_;
  const std::function<void()> grown_;
  const std::function<void()> sealed_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable settled_;
  std::deque<std::pair<size_t, Work>> queue_;
  size_t queued_bytes_ = 0;
  uint64_t pushed_ = 0;
  uint64_t finished_ = 0;
  bool stop_ = false;
  std::vector<std::shared_ptr<Generation>> generations_;
  std::thread thread_;
};

}  // namespace inquest::store
