#include "store/sqlite_store.h"

#include <bit>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/period.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace inquest::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Ns kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

std::unique_ptr<SqliteStore> open_store(const std::string& folder, std::function<void(SqliteSettings&)> change = {}) {
  SqliteSettings settings;
  settings.folder = folder;
  settings.clock = [] { return kNow; };
  if (change) change(settings);
  auto store = SqliteStore::open(std::move(settings));
  EXPECT_TRUE(store) << store.error().text();
  return store ? std::move(*store) : nullptr;
}

Result<void> write(Store& store, std::string lines, std::string_view bucket = "b") {
  std::promise<Result<void>> done;
  store.write(bucket, std::move(lines), [&](Result<void> result) { done.set_value(std::move(result)); });
  return done.get_future().get();
}

Result<void> write(Store& store, std::vector<Event> events) {
  std::promise<Result<void>> done;
  store.write(std::move(events), [&](Result<void> result) { done.set_value(std::move(result)); });
  return done.get_future().get();
}

std::string shown(const Column& column, size_t row) {
  const uint64_t bits = column.bits[row];
  switch (column.type) {
    case FieldType::Float: return fmt::format("{}", std::bit_cast<double>(bits));
    case FieldType::Integer: return fmt::format("{}i", static_cast<int64_t>(bits));
    case FieldType::Unsigned: return fmt::format("{}u", bits);
    case FieldType::Boolean: return bits != 0 ? "true" : "false";
    case FieldType::String: return fmt::format("\"{}\"", column.strings.at(bits));
  }
  return {};
}

// "cpu,host=a 5 v=1 w=2i", a row each.
std::vector<std::string> rows_of(Store& store, Selection selection) {
  std::vector<std::string> out;
  if (selection.bucket.empty()) selection.bucket = "b";
  const auto done = store.select(selection, [&](Slice&& slice) {
    for (size_t row = 0; row < slice.times.size(); ++row) {
      std::string line = fmt::format("{} {}", format_series(*slice.key), slice.times[row]);
      for (const Column& column : slice.columns) {
        EXPECT_EQ(column.bits.size(), slice.times.size());
        if (column.present.empty() || column.present[row])
          line += fmt::format(" {}={}", column.field, shown(column, row));
      }
      out.push_back(std::move(line));
    }
    return true;
  });
  EXPECT_TRUE(done) << done.error().text();
  return out;
}

// What a store should say, at three moments: while rows are in memory, in blocks, and after it was closed and opened.
template <class Check>
void at_every_stage(const std::string& folder, std::unique_ptr<SqliteStore>& store, Check&& check) {
  check("in memory");
  ASSERT_TRUE(store->compact());
  check("in blocks");
  store.reset();
  store = open_store(folder);
  check("opened again");
}

TEST(SqliteStore, GivesBackWhatWasAcknowledged) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(
      write(*store, "cpu,host=a v=1.5,n=-3i,u=7u,t=true,s=\"x \\\"y\\\"\" 5\ncpu,host=b v=2 5\nmem,host=a v=3 6\n"));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_THAT(rows_of(*store, {}), ElementsAre("cpu,host=a 5 n=-3i s=\"x \"y\"\" t=true u=7u v=1.5",
                                                 "cpu,host=b 5 v=2", "mem,host=a 6 v=3"))
        << stage;
    EXPECT_THAT(rows_of(*store, {.measurement = "mem"}), ElementsAre("mem,host=a 6 v=3")) << stage;
    EXPECT_THAT(rows_of(*store, {.tags = {{"host", TagMatch::Kind::NotEqual, "a"}}}), ElementsAre("cpu,host=b 5 v=2"));
    EXPECT_THAT(rows_of(*store, {.tags = {{"host", TagMatch::Kind::Regex, "^[b-z]$"}}}),
                ElementsAre("cpu,host=b 5 v=2"));
    EXPECT_THAT(rows_of(*store, {.tags = {{"_measurement", TagMatch::Kind::NotRegex, "c.u"}}}),
                ElementsAre("mem,host=a 6 v=3"));
    EXPECT_THAT(rows_of(*store, {.tags = {{"rack", TagMatch::Kind::Equal, ""}}}), SizeIs(3));
    EXPECT_THAT(rows_of(*store, {.fields = {"n", "s"}}), ElementsAre("cpu,host=a 5 n=-3i s=\"x \"y\"\"")) << stage;
    EXPECT_THAT(rows_of(*store, {.bucket = "other"}), IsEmpty());
    EXPECT_THAT(*store->buckets(), ElementsAre("b"));
    EXPECT_THAT(*store->fields({.bucket = "b", .measurement = "mem"}),
                ElementsAre(testing::Pair("v", FieldType::Float)));
  });
}

TEST(SqliteStore, FindsSeriesByTagsWhoseNamesAndValuesAreEscaped) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(write(*store,
                    "m,a=x v=1 1\nm,a=xy v=1 2\nm,b=1,a=x\\,b\\=2 v=1 3\nm,k\\=1=x v=1 4\nm,k\\=2=x v=1 5\n"
                    "m,ba=x v=1 6\nother,c=1 w=1 7\n"));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    const auto found = [&](std::string key, std::string value) {
      return rows_of(*store, {.measurement = "m", .tags = {{std::move(key), TagMatch::Kind::Equal, std::move(value)}}});
    };
    EXPECT_THAT(found("a", "x"), ElementsAre("m,a=x 1 v=1")) << stage;
    EXPECT_THAT(found("a", "x,b=2"), ElementsAre("m,a=x\\,b\\=2,b=1 3 v=1")) << stage;
    EXPECT_THAT(found("k=2", "x"), ElementsAre("m,k\\=2=x 5 v=1")) << stage;
    EXPECT_THAT(found("b", "2"), IsEmpty()) << stage;
    EXPECT_THAT(*store->tag_keys({.bucket = "b", .measurement = "m"}), ElementsAre("a", "b", "ba", "k=1", "k=2"))
        << stage;
    EXPECT_THAT(*store->tag_keys({.bucket = "b", .tags = {{"c", TagMatch::Kind::Equal, "1"}}}), ElementsAre("c"))
        << stage;
    EXPECT_THAT(*store->fields({.bucket = "b", .measurement = "none"}), IsEmpty()) << stage;
  });
}

TEST(SqliteStore, TheLastWriteOfAFieldWins) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(write(*store, "m a=1,b=1 10\nm a=2 20\nm a=3 5\nm b=9 10\n"));
  ASSERT_TRUE(store->compact());
  ASSERT_TRUE(write(*store, "m a=7 20\nm c=1i 5\n"));
  ASSERT_TRUE(store->compact());
  ASSERT_TRUE(write(*store, "m a=8 5\nm a=4 15\n"));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_THAT(rows_of(*store, {}), ElementsAre("m 5 a=8 c=1i", "m 10 a=1 b=9", "m 15 a=4", "m 20 a=7")) << stage;
    EXPECT_THAT(rows_of(*store, {.newest_first = true, .rows_per_series = 2}), ElementsAre("m 20 a=7", "m 15 a=4"));
    EXPECT_THAT(rows_of(*store, {.fields = {"b"}, .newest_first = true, .rows_per_series = 1}),
                ElementsAre("m 10 b=9"));
    EXPECT_THAT(rows_of(*store, {.rows_per_series = 1}), ElementsAre("m 5 a=8 c=1i"));
    EXPECT_THAT(rows_of(*store, {.from = 10, .to = 20, .times_only = true}), ElementsAre("m 10", "m 15")) << stage;
    EXPECT_THAT(rows_of(*store, {.fields = {"b"}, .times_only = true}), ElementsAre("m 10")) << stage;
  });
}

TEST(SqliteStore, GivesTimesAsRuns) {
  TempFolder folder;
  auto store = open_store(folder.path());
  std::string lines;
  for (int i = 0; i < 1000; ++i) {
    if (i != 500) lines += fmt::format("m v={} {}\n", i, kNow + i * 10 * kSecond);
  }
  ASSERT_TRUE(write(*store, lines));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    for (const bool newest_first : {false, true}) {
      std::vector<TimeRun> runs;
      const Selection selection = {
          .bucket = "b", .from = kNow + 5 * kSecond, .times_only = true, .as_runs = true, .newest_first = newest_first};
      ASSERT_TRUE(store->select(selection, [&](Slice&& slice) {
        runs.insert(runs.end(), slice.runs.begin(), slice.runs.end());
        return true;
      }));
      uint64_t rows = 0;
      for (const TimeRun& run : runs) rows += run.count;
      EXPECT_EQ(rows, 998U) << stage;
      ASSERT_FALSE(runs.empty());
      EXPECT_EQ(runs.front().first, kNow + (newest_first ? 9990 : 10) * kSecond) << stage;
      EXPECT_EQ(runs.back().last(), kNow + (newest_first ? 10 : 9990) * kSecond) << stage;
    }
  });
}

TEST(SqliteStore, GivesTheRowsAroundTheLongestGap) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_NE(store, nullptr);
  const Ns midnight = day_of(kNow) * kDay;
  const auto line = [](std::string_view series, Ns time) {
    return fmt::format("m,i={} v={}i {}\n", series, time, time);
  };
  std::string lines;
  for (int i = -500; i < 500; ++i) {
    lines += line("even", midnight + i * 10 * kSecond);
    if (i < -3 || i > 4) lines += line("midnight", midnight + i * 10 * kSecond);  // between two files
    if (i != 100 && i != 200) lines += line("twice", midnight + i * 10 * kSecond);
  }
  lines += line("once", midnight);
  ASSERT_TRUE(write(*store, std::move(lines)));
  const auto check = [&] {
    std::map<std::string, std::vector<Ns>> found;
    ASSERT_TRUE(store->select({.bucket = "b", .fields = {"v"}, .gap_unit = kSecond}, [&](Slice&& slice) {
      auto& times = found[std::string(slice.key->tag("i"))];
      for (size_t row = 0; row < slice.times.size(); ++row) {
        EXPECT_EQ(slice.columns.at(0).bits[row], static_cast<uint64_t>(slice.times[row]));
        times.push_back((slice.times[row] - midnight) / (10 * kSecond));
      }
      return true;
    }));
    EXPECT_THAT(found["even"], ElementsAre(-500, -499));
    EXPECT_THAT(found["midnight"], ElementsAre(-4, 5));
    EXPECT_THAT(found["twice"], ElementsAre(99, 101)) << "the first of equal ones";
    EXPECT_THAT(found["once"], ElementsAre(0));
  };
  check();
  ASSERT_TRUE(store->compact());
  check();
  ASSERT_TRUE(
      write(*store, line("even", midnight + 600 * 10 * kSecond) + line("midnight", midnight + 500 * 10 * kSecond)));
  std::vector<Ns> times;
  ASSERT_TRUE(store->select(
      {.bucket = "b", .tags = {{"i", TagMatch::Kind::Equal, "even"}}, .fields = {"v"}, .gap_unit = kSecond},
      [&](Slice&& slice) {
        for (const Ns time : slice.times) times.push_back((time - midnight) / (10 * kSecond));
        return true;
      }));
  EXPECT_THAT(times, ElementsAre(499, 600)) << "partly in memory";
}

TEST(SqliteStore, TakesAnyTime) {
  TempFolder folder;
  auto store = open_store(folder.path());
  std::string lines;
  std::vector<std::string> expected;
  const std::vector<Ns> times = {
      std::numeric_limits<Ns>::min() + 2, -kDay, 0, kNow - 500 * kDay, kNow - kDay, kNow, kNow + 366 * kDay,
      std::numeric_limits<Ns>::max() - 1};
  for (const Ns time : times) {
    lines += fmt::format("m v=1 {}\n", time);
    expected.push_back(fmt::format("m {} v=1", time));
  }
  ASSERT_TRUE(write(*store, lines));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_EQ(rows_of(*store, {}), expected) << stage;
    std::vector<std::string> newest = rows_of(*store, {.newest_first = true});
    std::ranges::reverse(newest);
    EXPECT_EQ(newest, expected) << stage;
  });
}

TEST(SqliteStore, KeepsRowsWhenTheClockJumpsByAYear) {
  TempFolder folder;
  Ns now = kNow;
  const auto jumping = [&](SqliteSettings& settings) {
    settings.clock = [&now] { return now; };
    settings.retain = 30 * kDay;
  };
  auto store = open_store(folder.path(), jumping);
  ASSERT_TRUE(write(*store, fmt::format("m v=1 {}\n", kNow)));
  ASSERT_TRUE(store->compact());
  for (const Ns jump : {366 * kDay, -366 * kDay, Ns{0}}) {
    now = kNow + jump;
    ASSERT_TRUE(write(*store, fmt::format("m v=2 {}\nm v=3 {}\n", kNow + 1, now + 2)));
    ASSERT_TRUE(store->compact());
    store->expire();
    EXPECT_THAT(rows_of(*store, {.fields = {"v"}, .newest_first = false}), testing::Contains(HasSubstr("v=1")));
    store.reset();
    store = open_store(folder.path(), jumping);
    store->expire();
  }
  EXPECT_THAT(rows_of(*store, {}), SizeIs(5)) << "what was given a time of a year ago came just now";
}

TEST(SqliteStore, DeletesWholeDaysThatAreTooOld) {
  TempFolder folder;
  Ns now = kNow;
  const auto moving = [&now](SqliteSettings& settings) {
    settings.clock = [&now] { return now; };
    settings.retain = 2 * kDay;
  };
  // A day after the other, and in the last of them what is of long ago. The steady clock is that of the machine, so
  // each day has a recorder of its own.
  for (int day = 0; day < 6; ++day) {
    auto store = open_store(folder.path(), moving);
    ASSERT_TRUE(write(*store, fmt::format("m v={} {}\n", day, now)));
    if (day == 5) {
      ASSERT_TRUE(write(*store, fmt::format("m v=99 {}\n", kNow - 20 * kDay)));
    }
    ASSERT_TRUE(store->compact());
    store->expire();
    if (day < 5) now += kDay;
  }
  const auto left = [&] {
    auto store = open_store(folder.path(), moving);
    store->expire();
    return rows_of(*store, {});
  };
  const auto row = [](int value, Ns time) { return fmt::format("m {} v={}", time, value); };
  EXPECT_THAT(left(), ElementsAre(row(99, kNow - 20 * kDay), row(3, now - 2 * kDay), row(4, now - kDay), row(5, now)))
      << "what came today is kept, whatever time it states";
  EXPECT_FALSE(std::filesystem::exists(folder.path("2023-11-16.db")));
  now += 2 * kDay + kHour;
  EXPECT_THAT(left(), ElementsAre(row(5, now - 2 * kDay - kHour)));
}

TEST(SqliteStore, DeletesTheOldestDaysWhenItIsTooLarge) {
  TempFolder folder;
  auto store = open_store(folder.path(), [](SqliteSettings& settings) { settings.max_disk = 1; });
  for (int day = 0; day < 6; ++day) ASSERT_TRUE(write(*store, fmt::format("m v={} {}\n", day, kNow - day * kDay)));
  ASSERT_TRUE(store->compact());
  store->expire();
  EXPECT_THAT(rows_of(*store, {}), ElementsAre(fmt::format("m {} v=0", kNow)));
}

TEST(SqliteStore, DropsLinesWhoseFieldsChangeTheirType) {
  TempFolder folder;
  auto store = open_store(folder.path());
  const auto check = [&](std::string text) { return store->check("b", std::move(text), TimeUnit::Nano, kNow); };
  const CheckedLines first = check("y,h=1 x=1i 1\ny,h=2 x=2.5 2\ny,h=2 x=2i,z=t 3\n");
  EXPECT_EQ(first.lines, "y,h=1 x=1i 1\ny,h=2 x=2i,z=t 3\n");
  EXPECT_EQ(
      first.message(),
      "partial write: field type conflict: input field \"x\" on measurement \"y\" is type float, already exists as "
      "type integer dropped=1");
  EXPECT_TRUE(store->check("other", "y x=1.5 1\n", TimeUnit::Nano, kNow).complete());
  ASSERT_TRUE(write(*store, first.lines));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_THAT(check("y,h=9 x=\"a\" 1\n").message(), HasSubstr("is type string, already exists as type integer"))
        << stage;
    EXPECT_TRUE(check("y,h=9 x=5i 1\n").complete()) << stage;
  });
}

TEST(SqliteStore, RefusesMoreSeriesThanItsLimit) {
  TempFolder folder;
  auto store = open_store(folder.path(), [](SqliteSettings& settings) { settings.max_series = 100; });
  std::string text;
  for (int i = 0; i < 150; ++i) text += fmt::format("m,i={} v=1 1\n", i);
  const CheckedLines out = store->check("b", text, TimeUnit::Nano, kNow);
  EXPECT_EQ(out.rows, 100U);
  EXPECT_EQ(out.message(), "partial write: max-series-per-database limit exceeded: (100) dropped=50");
  EXPECT_TRUE(store->check("b", "m,i=7 v=2 2\n", TimeUnit::Nano, kNow).complete());
}

TEST(SqliteStore, LetsOnlyOneRecorderWrite) {
  TempFolder folder;
  auto store = open_store(folder.path());
  const auto second = SqliteStore::open({.folder = folder.path()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Denied);
  EXPECT_THAT(second.error().text(), HasSubstr("another recorder stores here"));
}

TEST(SqliteStore, CanBeReadWhileARecorderWrites) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(write(*store, "m v=1 1\n"));
  ASSERT_TRUE(store->compact());
  ASSERT_TRUE(write(*store, "m v=2 2\n"));
  ASSERT_TRUE(write(*store, {Event{.time = 5, .host = "a", .message = "hello there"}}));
  auto reader = open_store(folder.path(), [](SqliteSettings& settings) { settings.read_only = true; });
  EXPECT_THAT(rows_of(*reader, {}), ElementsAre("m 1 v=1", "m 2 v=2"));
  std::vector<std::string> messages;
  ASSERT_TRUE(reader->events({.match = "hello"}, [&](StoredEvent&& event) {
    messages.push_back(event.event.message);
    return true;
  }));
  EXPECT_THAT(messages, ElementsAre("hello there"));
  EXPECT_FALSE(write(*reader, "m v=3 3\n"));
  EXPECT_FALSE(SqliteStore::open({.folder = folder.path("nothing"), .read_only = true}));
}

std::vector<std::string> messages_of(Store& store, const EventQuery& query) {
  std::vector<std::string> out;
  const auto done = store.events(query, [&](StoredEvent&& event) {
    out.push_back(event.event.message);
    return true;
  });
  EXPECT_TRUE(done) << done.error().text();
  return out;
}

TEST(SqliteStore, GivesRoomBackThatMergedBlocksLeft) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_NE(store, nullptr);
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> any;
  for (int part = 0; part < 10; ++part) {
    std::string lines;
    for (int i = 0; i < 5000; ++i) {
      lines += fmt::format("m,i={} v={} {}\n", i % 50, any(random), kNow - kHour + (part * 5000 + i) * kMilli);
    }
    ASSERT_TRUE(write(*store, std::move(lines)));
    ASSERT_TRUE(store->compact());
  }
  const std::string day = folder.path() + "/2023-11-14.db";
  auto file = Database::open(day, Database::Mode::Read);
  ASSERT_TRUE(file);
  EXPECT_LE(file->number("PRAGMA freelist_count").value() * 8, file->number("PRAGMA page_count").value() + 256);
  EXPECT_EQ(std::filesystem::file_size(day + "-wal"), 0U);
  EXPECT_EQ(store->usage().values, 50'000U);
}

// What hosts kept for later comes beside what they say now, the oldest first.
TEST(SqliteStore, BlocksOfOldAndNewRowsDoNotSpanThoseBetween) {
  TempFolder folder;
  auto store = open_store(folder.path());
  const Ns morning = day_of(kNow) * kDay + kHour;
  constexpr int kParts = 12;
  for (int part = 0; part < kParts; ++part) {
    std::string lines;
    for (int i = 0; i < 400; ++i) {
      lines += fmt::format("m v={} {}\n", i, morning + (part * 400 + i) * 10 * kSecond);
      if (i % 20 == 0) lines += fmt::format("m v={} {}\n", i, kNow + (part * 400 + i) * kSecond);
    }
    ASSERT_TRUE(write(*store, std::move(lines)));
    ASSERT_TRUE(store->compact());
  }
  auto file = Database::open(folder.path() + "/2023-11-14.db", Database::Mode::Read);
  ASSERT_TRUE(file);
  constexpr std::string_view kOverlaps =
      "SELECT COUNT(*) FROM block a JOIN block b ON a.id < b.id AND a.first <= b.last AND b.first <= a.last";
  EXPECT_EQ(file->number(kOverlaps).value(), 0);
  EXPECT_LE(file->number("SELECT COUNT(*) FROM block").value(), kParts + 2);
  EXPECT_EQ(file->number("SELECT SUM(rows) FROM block").value(), kParts * 420);
}

TEST(SqliteStore, FindsEventsByWhatTheySay) {
  TempFolder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(write(*store, {Event{.time = kNow + 2,
                                   .received = kNow + 3,
                                   .host = "a",
                                   .source = "syslog",
                                   .ident = "sshd",
                                   .severity = 6,
                                   .message = "session opened",
                                   .fields = {{"peer", "192.0.2.1"}}},
                             Event{.time = kNow + 1,
                                   .host = "a",
                                   .source = "netconsole",
                                   .ident = "kernel",
                                   .severity = 0,
                                   .message = "Kernel panic - not syncing"}}));
  ASSERT_TRUE(write(*store, {Event{.time = kNow + 3,
                                   .host = "b",
                                   .source = "netconsole",
                                   .ident = "kernel",
                                   .severity = 3,
                                   .message = "Out of memory"}}));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_THAT(messages_of(*store, {}), ElementsAre("Kernel panic - not syncing", "session opened", "Out of memory"))
        << stage;
    EXPECT_THAT(messages_of(*store, {.newest_first = true, .limit = 2}),
                ElementsAre("Out of memory", "session opened"));
    EXPECT_THAT(messages_of(*store, {.host = "a", .source = "netconsole"}), ElementsAre("Kernel panic - not syncing"));
    EXPECT_THAT(messages_of(*store, {.severity = 3}), ElementsAre("Kernel panic - not syncing", "Out of memory"));
    EXPECT_THAT(messages_of(*store, {.from = kNow + 2, .to = kNow + 3}), ElementsAre("session opened"));
    std::vector<StoredEvent> all;
    ASSERT_TRUE(store->events({}, [&](StoredEvent&& event) {
      all.push_back(std::move(event));
      return true;
    }));
    ASSERT_THAT(all, SizeIs(3)) << stage;
    EXPECT_THAT(all[1].event.fields, ElementsAre(testing::Pair("peer", "192.0.2.1")));
    EXPECT_EQ(all[1].event.received, kNow + 3);
    EXPECT_THAT(messages_of(*store, {.after_row = std::max(all[0].row, all[1].row)}), ElementsAre("Out of memory"));
    EXPECT_THAT(messages_of(*store, {.by_row = true}),
                ElementsAre("session opened", "Kernel panic - not syncing", "Out of memory"));
    EXPECT_THAT(messages_of(*store, {.match = "panic OR memory"}),
                ElementsAre("Kernel panic - not syncing", "Out of memory"));
    EXPECT_FALSE(store->events({.match = "\"unbalanced"}, [](StoredEvent&&) { return true; }));
  });
}

TEST(SqliteStore, GivesEveryEventOnceToWhoeverFollows) {
  TempFolder folder;
  auto store = open_store(folder.path());
  // Of many days, forth and back, as hosts with clocks of their own send them.
  std::vector<std::string> written;
  for (int i = 0; i < 100; ++i) {
    written.push_back(fmt::format("message {}", i));
    ASSERT_TRUE(write(*store, {Event{.time = kNow + (i * 37 % 11 - 5) * kDay / 3, .message = written.back()}}));
  }
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    std::vector<std::string> seen;
    for (uint64_t row = 0;;) {
      const size_t before = seen.size();
      ASSERT_TRUE(store->events({.by_row = true, .limit = 7, .after_row = row}, [&](StoredEvent&& stored) {
        EXPECT_GT(stored.row, row);
        row = stored.row;
        seen.push_back(stored.event.message);
        return true;
      }));
      if (seen.size() == before) break;
    }
    EXPECT_EQ(seen, written) << stage;
    EXPECT_THAT(messages_of(*store, {.newest_first = true, .by_row = true, .limit = 2}),
                ElementsAre("message 99", "message 98"))
        << stage;
  });
}

TEST(SqliteStore, KeepsIncidents) {
  TempFolder folder;
  auto store = open_store(folder.path());
  const auto first = store->put_incident({.opened = 5, .host = "a", .state = "open", .title = "t", .document = "{}"});
  ASSERT_TRUE(first);
  ASSERT_TRUE(store->put_incident({.opened = 6, .host = "b", .state = "open", .title = "u", .document = "{}"}));
  ASSERT_TRUE(
      store->put_incident({.id = *first, .opened = 5, .host = "a", .state = "closed", .title = "t", .document = "[]"}));
  ASSERT_TRUE(store->create_bucket("made"));
  store.reset();
  store = open_store(folder.path());
  const auto all = store->incidents(std::nullopt);
  ASSERT_TRUE(all);
  ASSERT_THAT(*all, SizeIs(2));
  EXPECT_EQ((*all)[0].state, "closed");
  EXPECT_THAT(*store->incidents(*first), SizeIs(1));
  EXPECT_THAT(*store->buckets(), ElementsAre("made"));
}

void damage(const std::string& path) {
  const auto size = static_cast<long>(std::filesystem::file_size(path));
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  for (long at = 32768; at < size; at += 512) {
    file.seekp(at);
    file.write("damage!!", 8);
  }
}

TEST(SqliteStore, SetsADamagedDayAsideAndGoesOn) {
  TempFolder folder;
  auto store = open_store(folder.path());
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += fmt::format("m,i={} v={} {}\n", i % 50, i * 0.37, kNow + i * kMilli);
  ASSERT_TRUE(write(*store, lines));
  ASSERT_TRUE(write(*store, fmt::format("m v=1 {}\n", kNow - 5 * kDay)));
  ASSERT_TRUE(store->compact());
  store.reset();
  damage(folder.path("2023-11-14.db"));
  store = open_store(folder.path());
  EXPECT_EQ(rows_of(*store, {}).back(), fmt::format("m {} v=1", kNow - 5 * kDay));
  ASSERT_TRUE(write(*store, fmt::format("m v=2 {}\n", kNow)));
  ASSERT_TRUE(store->compact());
  EXPECT_THAT(rows_of(*store, {}),
              ElementsAre(fmt::format("m {} v=1", kNow - 5 * kDay), fmt::format("m {} v=2", kNow)));
  EXPECT_THAT(store->usage().set_aside, ElementsAre("2023-11-14.db.damaged-1"));
}

// The background has the file open when a reader finds the damage.
TEST(SqliteStore, KeepsWhatComesAfterADayWasSetAsideWhileItWasWritten) {
  TempFolder folder;
  auto store = open_store(folder.path());
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += fmt::format("m,i={} v={} {}\n", i % 50, i * 0.37, kNow + i * kMilli);
  ASSERT_TRUE(write(*store, lines));
  ASSERT_TRUE(store->compact());
  damage(folder.path("2023-11-14.db"));
  (void)rows_of(*store, {});
  ASSERT_THAT(store->usage().set_aside, ElementsAre("2023-11-14.db.damaged-1"));
  ASSERT_TRUE(write(*store, fmt::format("m v=2 {}\n", kNow)));
  ASSERT_TRUE(write(*store, {{.time = kNow, .host = "a", .message = "x"}}));
  at_every_stage(folder.path(), store, [&](std::string_view stage) {
    EXPECT_THAT(rows_of(*store, {}), ElementsAre(fmt::format("m {} v=2", kNow))) << stage;
    EXPECT_EQ(store->usage().set_aside.size(), 1U) << stage;
    uint64_t events = 0;
    EXPECT_TRUE(store->events({}, [&](StoredEvent&&) { return ++events > 0; }));
    EXPECT_EQ(events, 1U) << stage;
  });
}

// The same, written to a map.
class Model {
 public:
  void write(const std::string& series, Ns time, const std::string& field, const std::string& value) {
    rows_[series][time][field] = value;
  }
  std::vector<std::string> rows(Ns from, Ns to) const {
    std::vector<std::string> out;
    for (const auto& [series, rows] : rows_) {
      for (auto row = rows.lower_bound(from); row != rows.end() && row->first < to; ++row) {
        std::string line = fmt::format("{} {}", series, row->first);
        for (const auto& [field, value] : row->second) line += fmt::format(" {}={}", field, value);
        out.push_back(std::move(line));
      }
    }
    return out;
  }

 private:
  std::map<std::string, std::map<Ns, std::map<std::string, std::string>>> rows_;
};

class SqliteStoreModel : public testing::TestWithParam<unsigned> {};

TEST_P(SqliteStoreModel, SaysWhatAMapWould) {
  TempFolder folder;
  auto store = open_store(folder.path(), [](SqliteSettings& settings) { settings.memory = 200'000; });
  Model model;
  std::mt19937 random(GetParam());
  Ns clock = kNow - kDay;
  for (int step = 0; step < 120; ++step) {
    std::string lines;
    for (int line = static_cast<int>(random() % 200); line >= 0; --line) {
      const std::string series = fmt::format("m{},host=h{}", random() % 2, random() % 5);
      clock += static_cast<Ns>(random() % 100) * kSecond;
      const bool late = random() % 5 == 0;
      const Ns time = late ? kNow - static_cast<Ns>(random() % 20) * kHour : clock;
      std::string fields;
      for (int field = 0; field < 6; ++field) {
        if (random() % 3 == 0) continue;
        std::string value;
        switch (field) {
          case 0: value = fmt::format("{}", static_cast<double>(random()) / 64); break;
          case 1: value = fmt::format("{}i", static_cast<int>(random())); break;
          case 2: value = fmt::format("{}u", random()); break;
          case 3: value = random() % 2 == 0 ? "true" : "false"; break;
          case 4: value = fmt::format("\"s {}\"", random() % 4); break;
          default: value = fmt::format("{}", static_cast<double>(random() % 1000) / 100); break;
        }
        if (!fields.empty()) fields += ',';
        fields += fmt::format("f{}={}", field, value);
        model.write(series, time, fmt::format("f{}", field), value);
      }
      if (!fields.empty()) lines += fmt::format("{} {} {}\n", series, fields, time);
    }
    const CheckedLines checked = store->check("b", lines, TimeUnit::Nano, kNow);
    ASSERT_TRUE(checked.complete()) << checked.message();
    ASSERT_TRUE(write(*store, checked.lines));
    switch (random() % 12) {
      case 0: ASSERT_TRUE(store->compact()); break;
      case 1:
        store.reset();
        store = open_store(folder.path(), [](SqliteSettings& settings) { settings.memory = 200'000; });
        break;
      case 2: {
        const Ns from = kNow - static_cast<Ns>(random() % 48) * kHour;
        const Ns to = from + static_cast<Ns>(random() % 24) * kHour;
        ASSERT_EQ(rows_of(*store, {.from = from, .to = to}), model.rows(from, to)) << "step " << step;
        break;
      }
      default: break;
    }
  }
  const std::vector<std::string> all = model.rows(std::numeric_limits<Ns>::min(), std::numeric_limits<Ns>::max());
  EXPECT_EQ(rows_of(*store, {}), all);
  ASSERT_TRUE(store->compact());
  EXPECT_EQ(rows_of(*store, {}), all);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SqliteStoreModel, testing::Values(1U, 2U, 3U));

}  // namespace
}  // namespace inquest::store
