// Batches on their way to stable storage: those that come within some milliseconds are committed together. Lines wait
// for a while where there is no room for them; events never wait for lines.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "store/head_file.h"
#include "store/store.h"
#include "store/store_folder.h"

namespace inquest::store {

// The file that batches are appended to, and what became of those in it.
struct Head {
  uint64_t number = 0;
  std::string path;
  std::atomic<uint64_t> last_events = 0;  // the last batch of events in it
  std::atomic<uint64_t> indexed = 0;      // events up to this batch are in the days' tables
  std::atomic<bool> flushed = false;      // its samples are in blocks
  std::atomic<bool> damaged = false;      // it can't be read to its end
};

class Journal {
 public:
  struct Hooks {
    // From the journal's thread, in the order of sequences, before anybody is told that a batch is safe.
    std::function<void(const std::shared_ptr<Head>&, Batch&&)> committed;
    // The first head is complete; what comes after goes to the second.
    std::function<void(const std::shared_ptr<Head>&, const std::shared_ptr<Head>&)> rotated;
    // Whether the lines that wait behind the journal leave room for more.
    std::function<bool()> has_room;
  };

  static Result<std::unique_ptr<Journal>> open(StoreFolder& folder, uint64_t next_sequence, Hooks hooks);
  ~Journal();  // stops
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Commits what was taken, and ends the thread.
  void stop();
  // `rows` is the number of events; concatenated data of the same kind and bucket mean what they mean apart.
  void take(Batch::Kind kind, std::string bucket, std::string data, uint64_t rows, Store::Done done);
  // Ends the head, if anything is in it, once what was taken before is committed; returns when that is done.
  void rotate();
  // Asks for it, and returns at once.
  void rotate_soon();
  // Waits until what was taken before is committed, and everybody was told; others may go on writing.
  void drain();

  uint64_t committed() const { return committed_; }
  std::shared_ptr<Head> head() const;
  uint64_t waiting() const;

  // An event's row out of the sequence of its batch and its place in it.
  static uint64_t row_of(uint64_t sequence, uint64_t place) { return sequence << 16 | place; }
  static constexpr uint64_t kMaxEvents = 1 << 16;

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  struct Waiting {
    Batch batch;
    uint64_t rows = 0;
    Store::Done done;
    uint64_t ticket = 0;  // in the order of take()
    Clock::time_point since;
  };
  struct Lane {
    std::deque<Waiting> queue;
    size_t bytes = 0;  // with those that are being committed
    uint64_t first() const { return queue.empty() ? kNone : queue.front().ticket; }
  };
  Journal(StoreFolder& folder, uint64_t next_sequence, Hooks hooks);
  Result<void> begin_head();
  void run();
  // Empties as much of the lanes as one commit takes, or as must be refused; the lock is not held in between.
  void take_turn(std::unique_lock<std::mutex>& lock);
  static size_t move_first(Lane& lane, std::deque<Waiting>& to);  // gives its bytes
  void commit(std::deque<Waiting> taken);
  void end_head();
  bool idle() const { return events_.queue.empty() && lines_.queue.empty(); }
  bool is_done(uint64_t ticket) const;  // it, and all before it

  StoreFolder& folder_;
  const Hooks hooks_;
  uint64_t next_sequence_;
  std::unique_ptr<HeadFile> file_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  Lane events_;
  Lane lines_;
  uint64_t tickets_ = 0;
  uint64_t in_turn_ = kNone;  // the first ticket that may be among those that are being committed
  std::shared_ptr<Head> head_;
  size_t head_bytes_ = 0;
  bool rotate_soon_ = false;
  uint64_t rotate_behind_ = kNone;  // this ticket
  bool stop_ = false;
  std::atomic<uint64_t> committed_ = 0;
  std::thread thread_;
};

}  // namespace inquest::store
