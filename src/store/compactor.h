// What goes on behind the journal when there is time: tables in memory become blocks, events are indexed, small blocks
// become large ones, old days go.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "store/journal.h"
#include "store/recent.h"
#include "store/store_folder.h"

namespace inquest::store {

class Compactor {
 public:
  Compactor(StoreFolder& folder, Recent& recent, std::function<Ns()> clock);
  ~Compactor();
  Compactor(const Compactor&) = delete;
  Compactor& operator=(const Compactor&) = delete;

  // Heads whose batches it has to bring in, in their order.
  void add_head(std::shared_ptr<Head> head);
  std::vector<std::shared_ptr<Head>> heads() const;
  void wake();
  // Called about once a second, from its thread.
  void set_tick(std::function<void()> tick);
  void start();

  // Waits until events up to this batch are in their tables, or can't be.
  Result<void> index_up_to(uint64_t sequence);
  // All sealed tables into blocks, all events into tables, all small blocks together.
  Result<void> run_all();
  void remove(const std::shared_ptr<Day>& day);
  // The last trouble, as a person reads it; empty while all goes well.
  std::string trouble() const;

 private:
  void run();
  Result<bool> step();  // whether there was something to do
  Result<void> flush(Generation& generation);
  Result<void> flush_period(Generation& generation, const Period& period, Ns now);
  Result<bool> index_some();
  Result<void> index_events(Head& head, std::vector<Batch> batches);
  Result<bool> merge_some();
  bool tidy_some();
  void drop_heads();
  Result<DayWriter*> writer(const std::shared_ptr<Day>& day);
  void close_writer(const std::string& path);
  // Gives the work's result; where a file turns out to be damaged, it is set aside, and the work is done once more, as
  // it is where somebody who read the file set it aside meanwhile.
  Result<void> on_day(const Period& period, const std::function<Result<void>(DayWriter&)>& work);

  StoreFolder& folder_;
  Recent& recent_;
  const std::function<Ns()> clock_;
  std::function<void()> tick_;

  mutable std::mutex mutex_;  // of the heads and of what the thread is to do
  std::condition_variable wake_;
  std::condition_variable progress_;
  std::vector<std::shared_ptr<Head>> heads_;
  uint64_t turns_ = 0;
  bool woken_ = false;
  bool stop_ = false;
  std::string trouble_;

  std::mutex work_;  // held while a step is done
  struct Writer {
    std::shared_ptr<Day> day;
    std::unique_ptr<DayWriter> file;
  };
  std::map<std::string, Writer> writers_;                 // by path
  std::map<std::string, std::vector<int64_t>> to_merge_;  // of a file: series
  std::map<uint64_t, std::unique_ptr<HeadFile>> open_heads_;
  std::chrono::steady_clock::time_point last_tidy_;
  std::thread thread_;
};

}  // namespace inquest::store
