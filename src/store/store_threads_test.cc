// A store that many threads use at once, while its own threads do all that they ever do. What is acknowledged is there
// for who asks afterwards, and stays; the tsan preset looks for the races.
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/sqlite_store.h"
#include "support/temp_folder.h"

namespace inquest::store {
namespace {

constexpr Ns kNow = 1'700'000'000 * kSecond;
constexpr int kDays = 45;  // more files than are kept open
constexpr int kWriters = 3;
constexpr auto kLength = std::chrono::seconds(2);

// Stops when it is destroyed, so that a failed assertion ends the test.
class Crew {
 public:
  ~Crew() { stop(); }
  template <class Work>
  void add(Work work) {
    threads_.emplace_back([this, work] {
      for (uint64_t turn = 0; !stop_; ++turn) work(turn);
    });
  }
  void stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

// Why it was not; a store that can't keep up is asked again, as it wants to be.
std::string stored(const std::function<void(Store::Done)>& write) {
  for (;;) {
    std::promise<Result<void>> done;
    write([&](Result<void> result) { done.set_value(std::move(result)); });
    const Result<void> result = done.get_future().get();
    if (result) return {};
    if (result.error().code != ErrorCode::Limit) return result.error().text();
  }
}

uint64_t count_rows(SqliteStore& store, const std::string& measurement) {
  uint64_t rows = 0;
  EXPECT_TRUE(store.select({.bucket = "b", .measurement = measurement}, [&](Slice&& slice) {
    rows += slice.times.size();
    return true;
  }));
  return rows;
}

uint64_t count_events(SqliteStore& store, const std::string& host) {
  uint64_t count = 0;
  EXPECT_TRUE(store.events({.host = host}, [&](StoredEvent&&) { return ++count > 0; }));
  return count;
}

TEST(StoreThreads, GivesEachWhatWasAcknowledgedWhileOthersDoEverythingElse) {
  TempFolder folder;
  SqliteSettings settings;
  settings.folder = folder.path();
  settings.memory = 100'000;  // so that everything happens often
  settings.retain = 1000 * kDay;
  settings.clock = [] { return kNow; };
  auto opened = SqliteStore::open(settings);
  ASSERT_TRUE(opened) << opened.error().text();
  SqliteStore& store = **opened;

  std::atomic<uint64_t> rows[kWriters] = {};
  Crew crew;
  for (int writer = 0; writer < kWriters; ++writer) {
    crew.add([&store, &rows, writer](uint64_t turn) {
      // A time of its own for each row, over all days.
      std::string lines;
      for (uint64_t i = 0; i < 50; ++i) {
        const uint64_t number = turn * 50 + i;
        const Ns time = kNow - static_cast<Ns>(number % kDays) * kDay + static_cast<Ns>(number / kDays) * kMilli;
        lines += fmt::format("m{},i={} v={}i,w={} {}\n", writer, number % 7, number, number * 0.5, time);
      }
      const CheckedLines checked = store.check("b", std::move(lines), TimeUnit::Nano, kNow);
      EXPECT_TRUE(checked.complete()) << checked.message();
      const Event event = {.time = kNow - static_cast<Ns>(turn % kDays) * kDay,
                           .received = kNow,
                           .host = fmt::format("h{}", writer),
                           .source = "syslog",
                           .message = fmt::format("number {}", turn)};
      EXPECT_EQ(stored([&](Store::Done done) { store.write({event}, std::move(done)); }), "");
      EXPECT_EQ(stored([&](Store::Done done) { store.write("b", checked.lines, std::move(done)); }), "");
      rows[writer] = (turn + 1) * 50;
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    crew.add([&store, &rows, reader](uint64_t turn) {
      const uint64_t before = rows[reader];
      EXPECT_GE(count_rows(store, fmt::format("m{}", reader)), before) << "turn " << turn;
      const uint64_t events = rows[reader] / 50;
      EXPECT_GE(count_events(store, fmt::format("h{}", reader)), events) << "turn " << turn;
    });
  }
  crew.add([&store](uint64_t) {
    EXPECT_TRUE(
        store.events({.match = "number", .newest_first = true, .limit = 10}, [](StoredEvent&&) { return true; }));
    EXPECT_TRUE(store.series({.bucket = "b"}, [](const SeriesKey&) { return true; }));
    EXPECT_TRUE(store.fields({.bucket = "b"}));
    EXPECT_TRUE(store.buckets());
    EXPECT_TRUE(store.usage().set_aside.empty());
  });
  crew.add([&store](uint64_t turn) {
    if (turn % 2 == 0) {
      EXPECT_TRUE(store.compact());
    } else {
      store.expire();
    }
    EXPECT_TRUE(store.put_incident({.opened = kNow, .host = "h", .state = "open", .title = "t", .document = "{}"}));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  std::this_thread::sleep_for(kLength);
  crew.stop();

  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_GT(rows[writer], 0U);
    EXPECT_EQ(count_rows(store, fmt::format("m{}", writer)), rows[writer]);
    EXPECT_EQ(count_events(store, fmt::format("h{}", writer)), rows[writer] / 50);
  }
}

// Each batch is followed by the next as soon as it is safe, on the store's own thread: there is always one that waits.
TEST(StoreThreads, FlushesAndCompactsWhileOthersGoOnWriting) {
  TempFolder folder;
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> written = 0;
  std::function<void()> write_next;
  auto opened = SqliteStore::open({.folder = folder.path()});
  ASSERT_TRUE(opened) << opened.error().text();
  SqliteStore& store = **opened;
  write_next = [&] {
    store.write({Event{.time = kNow, .host = "a", .message = "x"}}, [&](const Result<void>&) {
      ++written;
      if (!stop) write_next();
    });
  };
  write_next();
  auto done = std::async(std::launch::async, [&] { return store.flush() && store.compact() && store.flush(); });
  EXPECT_EQ(done.wait_for(std::chrono::minutes(1)), std::future_status::ready);
  stop = true;
  EXPECT_TRUE(done.get());
  EXPECT_GT(written, 0U);
}

}  // namespace
}  // namespace inquest::store
