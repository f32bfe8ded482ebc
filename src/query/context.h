// What a query runs in: its clock, the store that it reads, and the limits that it must keep.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "query/time_window.h"

namespace inquest::store {
class Store;
}

namespace inquest::query {

// Queries come from the network. What is exceeded ends the query with ErrorCode::Limit.
struct Limits {
  uint64_t steps = 2'000'000'000;          // of work: about one a cell that is read or made
  uint64_t memory = uint64_t{512} << 20;   // bytes of all tables that are kept at once
  std::chrono::milliseconds time{30'000};  // from the start of the query
  uint32_t depth = 200;                    // of calls inside of calls, and of nested expressions
  uint32_t streams = 2'000;                // transformations on each other
  uint64_t text = uint64_t{16} << 20;      // bytes of one string, and entries of one array or dictionary
};

// Belongs to one query and its one thread, cancel() aside.
class Context {
 public:
  // `store` may be null: then from() and its like fail. It must outlive the context.
  Context(Ns now, store::Store* store, const Limits& limits);

  // What now() gives, unless the query's `option now` says otherwise: UTC.
  Ns now() const { return now_; }
  void set_now(Ns now) { now_ = now; }
  // Whose clock days and months follow, unless a call says otherwise: the query's `option location`.
  const WindowLocation& location() const { return location_; }
  void set_location(WindowLocation location) { location_ = std::move(location); }
  store::Store* store() const { return store_; }
  const Limits& limits() const { return limits_; }
  // Whether files of this machine may be read: by the local command alone, never for the network.
  bool local_files() const { return local_files_; }
  void allow_local_files() { local_files_ = true; }

  // Counts work before it is done. Fails when the limit, the deadline or a cancellation was reached; the clock is
  // looked at once every 65,536 steps.
  Result<void> step(uint64_t count = 1) {
    steps_ += count;
    return steps_ < next_look_ ? Result<void>{} : look();
  }
  // Whether so many more bytes may be taken, beside the tables that are kept: asked before something grows.
  Result<void> room(uint64_t bytes) const;
  // Tables that are kept from now on, and no more.
  Result<void> keep(uint64_t bytes);
  void release(uint64_t bytes) { kept_ -= bytes < kept_ ? bytes : kept_; }
  // Calls inside of calls.
  Result<void> enter();
  void leave() { --depth_; }

  // From any thread: the query ends at its next look.
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }

 private:
  Result<void> look();

  Ns now_;
  store::Store* store_;
  Limits limits_;
  WindowLocation location_;
  bool local_files_ = false;
  std::chrono::steady_clock::time_point deadline_;
  uint64_t steps_ = 0;
  uint64_t next_look_ = 0;
  uint64_t kept_ = 0;
  uint32_t depth_ = 0;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace inquest::query
