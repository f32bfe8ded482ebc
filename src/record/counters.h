// What the recorder counts about itself, for `/metrics`.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inquest::record {

// A number that only grows. Any thread.
class Counter {
 public:
  void add(uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

// A number that goes up and down. Any thread.
class Gauge {
 public:
  void add(int64_t count) { value_.fetch_add(count, std::memory_order_relaxed); }
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_ = 0;
};

// All of them, by name and labels. Any thread; what is given out lives as long as the table.
class Counters {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // The one with that name and these labels; made where there is none. `help` is of the name, and the first one counts.
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  // Asked for when somebody reads, under the table's lock: `read` does not call the table. It has to live as long.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read, Labels labels = {});

  // Prometheus' text format, version 0.0.4, sorted by name.
  std::string text() const;

 private:
  enum class Kind : uint8_t { Counter, Gauge, Read };
  struct Entry {
    std::string name;
    std::string help;
    Labels labels;
    Kind kind = Kind::Counter;
    Counter counter;
    Gauge gauge;
    std::function<double()> read;
  };
  Entry& entry(std::string_view name, std::string_view help, Labels labels, Kind kind);

  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  // their addresses stay
};

// What every listener counts, labelled with its name.
struct ListenerCounters {
  ListenerCounters(Counters& counters, std::string_view listener);

  Counter& messages;     // datagrams, lines or requests that were taken
  Counter& bytes;        // received
  Counter& not_allowed;  // messages or connections from outside of the allowed networks
  Counter& limited;      // refused or dropped because of a limit on rate, memory or connections
  Counter& malformed;    // what could not be understood
  Counter& lost;         // known to be lost on the way: the kernel's drops, gaps in sequences
  Counter& not_stored;   // the store refused
  Gauge& connections;    // open
};

}  // namespace inquest::record
