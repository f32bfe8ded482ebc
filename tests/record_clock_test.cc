// The whole recorder, with its store and its watch over hosts, on a clock that is set by a year while hosts send.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/incident_desk.h"
#include "record/recorder.h"
#include "store/sqlite_store.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using ::testing::StartsWith;

TEST(RecordClock, AYearForthAndBackLosesNothingAndKillsNobody) {
  constexpr Ns kNow = 1'790'000'000 * kSecond;
  std::atomic<Ns> now = kNow;
  const auto clock = [&now] { return now.load(); };
  const TempFolder folder;
  auto store = store::SqliteStore::open({.folder = folder.path(), .retain = 30 * kDay, .clock = clock});
  ASSERT_TRUE(store) << store.error().text();
  auto desk = app::IncidentDesk::open({store->get(), {}, clock, [](std::string_view) {}});
  ASSERT_TRUE(desk) << desk.error().text();
  record::Recorder::Parts parts;
  for (const record::SettingGroup& group : record::setting_groups()) {
    if (group.name.empty() || group.settings.front().name != "listen") continue;
    ASSERT_TRUE(parts.config.set(group.name, group.name == "http" ? "127.0.0.1:0" : "none"));
  }
  parts.store = store->get();
  parts.observers = {&(*desk)->observer()};
  parts.now = clock;
  parts.log = [](std::string_view) {};
  auto recorder = record::Recorder::open(std::move(parts));
  ASSERT_TRUE(recorder) << recorder.error().text();
  std::thread thread([&] { EXPECT_TRUE((*recorder)->run()); });

  testing::TcpClient client((*recorder)->listening().front().addresses.front().port);
  int sent = 0;
  const auto send = [&] {
    // The sender's own clock goes right; where it states no time, the recorder's is taken.
    for (const std::string& line :
         {fmt::format("cpu,host=a v={}i {}", sent, kNow + sent * kSecond), fmt::format("arrived,host=a v={}i", sent)}) {
      client.send(
          fmt::format("POST /write?db=x HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", line.size(), line));
      EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 204 "));
    }
    ++sent;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
  };
  constexpr int kEach = 12;
  for (const Ns jump : {Ns{0}, 366 * kDay, -366 * kDay, Ns{0}}) {
    for (int i = 0; i < kEach; ++i) {
      now = kNow + jump + sent * kSecond;
      send();
    }
    // What the background does in its own time.
    ASSERT_TRUE((*store)->compact());
    (*store)->expire();
  }
  (*recorder)->stop();
  thread.join();
  EXPECT_TRUE((*store)->incidents({})->empty());
  desk->reset();
  for (const char* const measurement : {"cpu", "arrived"}) {
    size_t rows = 0;
    ASSERT_TRUE((*store)->select({.bucket = "x", .measurement = measurement}, [&](store::Slice&& slice) {
      rows += slice.times.size();
      return true;
    }));
    EXPECT_EQ(rows, static_cast<size_t>(sent)) << measurement;
  }
}

}  // namespace
}  // namespace inquest
