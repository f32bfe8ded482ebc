// A store that keeps batches as they came, for tests of what fills one.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace inquest::testing {

// Acknowledges at once, on the caller's thread; or only on release(), which plays a slow disk. Any thread.
class MemoryStore : public store::Store {
 public:
  void write(std::string_view bucket, std::string lines, Done done) override {
    const std::scoped_lock lock(mutex_);
    if (refusal_) return done(fail(*refusal_));
    lines_[std::string(bucket)] += lines;
    acknowledge(std::move(done));
  }
  void write(std::vector<store::Event> events, Done done) override {
    const std::scoped_lock lock(mutex_);
    if (refusal_) return done(fail(*refusal_));
    for (store::Event& event : events) events_.push_back(std::move(event));
    acknowledge(std::move(done));
  }
  Result<std::vector<std::string>> buckets() override {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, lines] : lines_) names.push_back(name);
    return names;
  }
  Result<void> create_bucket(std::string_view name) override {
    const std::scoped_lock lock(mutex_);
    lines_[std::string(name)];
    return {};
  }
  Result<void> select(const store::Selection&, const std::function<bool(store::Slice&&)>&) override { return none(); }
  Result<void> series(const store::Selection&, const std::function<bool(const store::SeriesKey&)>&) override {
    return none();
  }
  Result<std::vector<std::pair<std::string, store::FieldType>>> fields(const store::Selection&) override {
    return fail(none().error());
  }
  // By time, host and source; the rest of the query is not looked at.
  Result<void> events(const store::EventQuery& query, const std::function<bool(store::StoredEvent&&)>& take) override {
    std::vector<store::StoredEvent> found;
    {
      const std::scoped_lock lock(mutex_);
      for (const store::Event& event : events_) {
        const bool wanted = event.time >= query.from && event.time < query.to &&
                            (query.host.empty() || query.host == event.host) &&
                            (query.source.empty() || query.source == event.source);
        if (wanted) found.push_back({found.size() + 1, event});
      }
    }
    std::ranges::stable_sort(found, [&](const auto& a, const auto& b) {
      return query.newest_first ? a.event.time > b.event.time : a.event.time < b.event.time;
    });
    if (query.limit != 0 && found.size() > query.limit) found.resize(query.limit);
    for (store::StoredEvent& one : found) {
      if (!take(std::move(one))) break;
    }
    return {};
  }
  Result<uint64_t> put_incident(const store::KeptIncident&) override { return fail(none().error()); }
  Result<std::vector<store::KeptIncident>> incidents(std::optional<uint64_t>) override { return fail(none().error()); }
  Result<void> flush() override {
    release();
    const std::scoped_lock lock(mutex_);
    ++flushes_;
    return {};
  }
  store::Usage usage() override { return {.bytes = 4711, .events = events_seen().size()}; }

  // What was written to the bucket, in order; all that was not refused.
  std::string lines(std::string_view bucket) {
    const std::scoped_lock lock(mutex_);
    return lines_[std::string(bucket)];
  }
  std::vector<store::Event> events_seen() {
    const std::scoped_lock lock(mutex_);
    return events_;
  }
  int flushes() {
    const std::scoped_lock lock(mutex_);
    return flushes_;
  }
  size_t waiting() {
    const std::scoped_lock lock(mutex_);
    return held_.size();
  }
  // Every write from now on is answered with this; nothing ends that.
  void refuse(std::optional<Error> refusal) {
    const std::scoped_lock lock(mutex_);
    refusal_ = std::move(refusal);
  }
  // Acknowledges nothing until release().
  void hold() {
    const std::scoped_lock lock(mutex_);
    holding_ = true;
  }
  void release() {
    std::vector<Done> held;
    {
      const std::scoped_lock lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    for (const Done& done : held) done({});
  }

 private:
  static Result<void> none() { return fail(ErrorCode::Unsupported, "this store of tests gives nothing back"); }
  void acknowledge(Done done) {
    if (holding_) {
      held_.push_back(std::move(done));
    } else {
      done({});
    }
  }

  std::mutex mutex_;
  std::map<std::string, std::string> lines_;
  std::vector<store::Event> events_;
  std::vector<Done> held_;
  std::optional<Error> refusal_;
  bool holding_ = false;
  int flushes_ = 0;
};

}  // namespace inquest::testing
