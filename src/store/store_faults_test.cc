// What a store goes through in its life: killed at any moment, a disk that fills up.
#include <chrono>
#include <cstdlib>
#include <future>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "store/sqlite.h"
#include "store/sqlite_store.h"
#include "support/temp_folder.h"

namespace inquest::store {
namespace {

constexpr Ns kNow = 1'700'000'000 * kSecond;

SqliteSettings settings_of(const std::string& folder) {
  SqliteSettings out;
  out.folder = folder;
  out.memory = 100'000;  // so that everything happens often
  out.clock = [] { return kNow; };
  return out;
}

// Row `number`: its time and its value say it, over two days and ten series.
std::string row(uint64_t number) {
  const Ns time = kNow + static_cast<Ns>(number) * kMilli - (number % 2 == 0 ? kDay : 0);
  return fmt::format("m,i={} v={}i {}\n", number % 10, number, time);
}

[[noreturn]] void give_up(const Error& error) {
  fmt::print(stderr, "{}\n", error.text());
  ::_exit(1);
}

// Writes rows from `first` on, and says through the pipe up to which all are safe. Does not return.
[[noreturn]] void write_for_ever(const std::string& folder, int pipe, uint64_t first) {
  auto store = SqliteStore::open(settings_of(folder));
  if (!store) give_up(store.error());
  for (uint64_t number = first;; number += 100) {
    std::string lines;
    for (uint64_t i = 0; i < 100; ++i) lines += row(number + i);
    Event event = {.time = kNow, .host = "a", .message = fmt::format("number {}", number)};
    (*store)->write({std::move(event)}, [](const Result<void>&) {});
    (*store)->write("b", std::move(lines), [pipe, end = number + 100](const Result<void>& done) {
      if (!done) give_up(done.error());
      if (::write(pipe, &end, sizeof end) != sizeof end) ::_exit(1);
    });
    if (number % 1000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(StoreFaults, KeepsWhatIsAcknowledgedWhenKilledAtAnyMoment) {
  const char* wanted = std::getenv("INQUEST_KILL_ROUNDS");
  const int rounds = wanted == nullptr ? 12 : parse_int<int>(wanted).value_or(12);
  TempFolder folder;
  std::mt19937 random(3);
  uint64_t next = 0;  // the first row of the next round
  uint64_t safe = 0;
  std::set<std::pair<uint64_t, uint64_t>> written;  // ranges of rows that were acknowledged
  for (int round = 0; round < rounds; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_for_ever(folder.path(), pipe[1], next);
    ::close(pipe[1]);
    // From its first acknowledgement on, some random time.
    uint64_t end = next;
    uint64_t seen = 0;
    if (::read(pipe[0], &seen, sizeof seen) == sizeof seen) end = seen;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself";
    while (::read(pipe[0], &seen, sizeof seen) == sizeof seen) end = seen;
    ::close(pipe[0]);
    written.emplace(next, end);
    safe += end - next;
    next = end + 10'000'000;  // rows that were written and not acknowledged are not in the way

    if (round % 4 != 3 && round + 1 != rounds) continue;
    auto store = SqliteStore::open(settings_of(folder.path()));
    ASSERT_TRUE(store) << store.error().text();
    if (round % 8 == 7) {
      ASSERT_TRUE((*store)->compact());
    }
    std::set<uint64_t> found;
    uint64_t rows = 0;
    ASSERT_TRUE((*store)->select({.bucket = "b"}, [&](Slice&& slice) {
      for (const uint64_t value : slice.columns.at(0).bits) found.insert(value);
      rows += slice.times.size();
      return true;
    }));
    EXPECT_EQ(found.size(), rows) << "a row is there twice";
    for (const auto& [first, last] : written) {
      for (uint64_t number = first; number < last; ++number) ASSERT_TRUE(found.contains(number)) << number;
    }
    std::set<std::string> messages;
    uint64_t events = 0;
    ASSERT_TRUE((*store)->events({}, [&](StoredEvent&& event) {
      messages.insert(event.event.message);
      ++events;
      return true;
    }));
    EXPECT_EQ(messages.size(), events) << "an event is there twice";
    for (const auto& [first, last] : written) {
      for (uint64_t number = first; number < last; number += 100) {
        ASSERT_TRUE(messages.contains(fmt::format("number {}", number)));
      }
    }
  }
  EXPECT_GT(safe, 0U);
}

TEST(StoreFaults, OpensADayThatWasCutOffWhileItWasMade) {
  TempFolder folder;
  const std::string day = folder.path() + "/2023-11-14.db";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto database = Database::open(day, Database::Mode::Create);
    if (!database) give_up(database.error());
    // With next to no memory, so that pages are changed on the disk before the end.
    if (auto done = database->run("CREATE TABLE a (b); PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) "
                                  "INSERT INTO a SELECT randomblob(1000) FROM n");
        !done) {
      give_up(done.error());
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(::access((day + "-journal").c_str(), F_OK), 0);

  auto store = SqliteStore::open(settings_of(folder.path()));
  ASSERT_TRUE(store) << store.error().text();
  std::promise<Result<void>> done;
  (*store)->write("b", row(1), [&](Result<void> result) { done.set_value(std::move(result)); });
  ASSERT_TRUE(done.get_future().get());
  ASSERT_TRUE((*store)->compact());
  EXPECT_EQ((*store)->usage().rows, 1U);
  EXPECT_TRUE((*store)->usage().set_aside.empty());
}

TEST(StoreFaults, RefusesWhileTheDiskIsFullAndGoesOnAfterwards) {
  TempFolder folder;
  auto store = SqliteStore::open(settings_of(folder.path()));
  ASSERT_TRUE(store);
  const auto write = [&](uint64_t number) {
    std::promise<Result<void>> done;
    (*store)->write("b", row(number), [&](Result<void> result) { done.set_value(std::move(result)); });
    return done.get_future().get();
  };
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {.rlim_cur = 400'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  uint64_t safe = 0;
  Result<void> last;
  while (safe < 10'000 && last) {
    last = write(safe);
    if (last) ++safe;
  }
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::Limit) << last.error().text();
  ASSERT_TRUE(write(safe));
  ++safe;
  const auto rows = [&] {
    uint64_t count = 0;
    EXPECT_TRUE((*store)->select({.bucket = "b"}, [&](Slice&& slice) {
      count += slice.times.size();
      return true;
    }));
    return count;
  };
  EXPECT_EQ(rows(), safe);
  ASSERT_TRUE((*store)->compact());
  EXPECT_EQ(rows(), safe);
  store->reset();
  store = SqliteStore::open(settings_of(folder.path()));
  ASSERT_TRUE(store);
  EXPECT_EQ(rows(), safe);
}

}  // namespace
}  // namespace inquest::store
