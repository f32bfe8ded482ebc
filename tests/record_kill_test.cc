// inquest record killed at random moments while senders send, as they do, until they are answered.
// INQUEST_KILL_ROUNDS says how often; 100 take a few minutes.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "store/sqlite_store.h"
#include "support/recorder_process.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using testing::RecorderProcess;
using testing::TcpClient;

constexpr uint64_t kBatch = 100;  // rows, or messages, of a batch
constexpr Ns kStart = 1'700'000'000 * kSecond;

// A sender of one batch after the other, each sent again until it is acknowledged.
class Sender {
 public:
  enum class Kind : uint8_t { Lines, Journal };
  Sender(Kind kind, std::string name) : kind_(kind), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  Kind kind() const { return kind_; }
  uint64_t acknowledged() const { return batch_ * kBatch; }
  // Also what was sent, and not answered.
  uint64_t sent() const { return acknowledged() + (open_ ? kBatch : 0); }

  // Until the recorder is gone, or `most` batches more are acknowledged. `answered` is set with the first answer.
  void send(int port, uint64_t most, std::atomic<bool>& answered) {
    try {
      TcpClient client(port);
      for (uint64_t i = 0; i < most; ++i) {
        open_ = true;
        client.send(request());
        if (!client.response().starts_with(kind_ == Kind::Lines ? "HTTP/1.1 204 " : "HTTP/1.1 202 ")) return;
        open_ = false;
        ++batch_;
        answered = true;
      }
    } catch (const std::exception&) {  // it is gone already
    }
  }

 private:
  std::string request() const {
    std::string body;
    for (uint64_t number = batch_ * kBatch; number < (batch_ + 1) * kBatch; ++number) {
      const Ns time = kStart + static_cast<Ns>(number) * kMilli;
      if (kind_ == Kind::Lines) {
        // Two days, and series that come with each batch.
        body += fmt::format("m,w={},i={} v={}i {}\n", name_, number % 10, number, time - (number % 2 == 0 ? kDay : 0));
      } else {
        body += fmt::format("__CURSOR=s=a;i={}\n__REALTIME_TIMESTAMP={}\n_BOOT_ID=b\n_HOSTNAME={}\nMESSAGE={}\n\n",
                            number, time / kMicro, name_, number);
      }
    }
    if (kind_ == Kind::Lines)
      return fmt::format("POST /write?db=b HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
    return fmt::format(
        "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.fdo.journal\r\n"
        "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        body.size(), body);
  }

  const Kind kind_;
  const std::string name_;
  uint64_t batch_ = 0;
  bool open_ = false;
};

// How often each number is there, by the sender's name.
using Found = std::map<std::string, std::vector<int>>;

void count(std::vector<int>& of, uint64_t number) {
  if (number >= 10'000'000) return;  // nobody sent that
  if (of.size() <= number) of.resize(number + 1);
  ++of[number];
}

Found found_in(const std::string& folder) {
  Found out;
  auto store = store::SqliteStore::open({.folder = folder, .read_only = true});
  EXPECT_TRUE(store) << store.error().text();
  if (!store) return out;
  EXPECT_TRUE((*store)->select({.bucket = "b"}, [&](store::Slice&& slice) {
    for (const uint64_t value : slice.columns.at(0).bits) count(out[std::string(slice.key->tag("w"))], value);
    return true;
  }));
  EXPECT_TRUE((*store)->events({.source = "journal"}, [&](store::StoredEvent&& one) {
    count(out[one.event.host], parse_int<uint64_t>(one.event.message).value_or(UINT64_MAX));
    return true;
  }));
  return out;
}

void expect_all_once(const std::vector<std::unique_ptr<Sender>>& senders, Found found, int round) {
  for (const auto& sender : senders) {
    const std::vector<int>& numbers = found[sender->name()];
    ASSERT_GE(numbers.size(), sender->acknowledged()) << sender->name() << ", round " << round;
    ASSERT_LE(numbers.size(), sender->sent()) << sender->name() << ", round " << round;
    for (size_t number = 0; number < numbers.size(); ++number) {
      ASSERT_EQ(numbers[number], 1) << sender->name() << " " << number << ", round " << round;
    }
  }
}

TEST(RecordKill, KeepsWhatItAcknowledgedOnceWhenKilledAtAnyMoment) {
  const char* wanted = std::getenv("INQUEST_KILL_ROUNDS");  // NOLINT(concurrency-mt-unsafe)
  const int rounds = wanted == nullptr ? 10 : parse_int<int>(wanted).value_or(10);
  const TempFolder folder;
  const std::string data = folder.path("data");
  std::mt19937 random(7);
  std::vector<std::unique_ptr<Sender>> senders;
  for (const char* const name : {"one", "two", "three"})
    senders.push_back(std::make_unique<Sender>(Sender::Kind::Lines, name));
  for (const char* const name : {"box", "pve"})
    senders.push_back(std::make_unique<Sender>(Sender::Kind::Journal, name));

  for (int round = 0; round < rounds; ++round) {
    // Every fifth time while it starts, with what the last round left.
    const bool starting = round % 5 == 4;
    RecorderProcess recorder({.data = data, .listeners = {"journal"}, .flags = {}, .wrapper = {}, .await = !starting});
    if (starting) {
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
      recorder.kill();
      EXPECT_EQ(recorder.faults(), "");
      continue;
    }
    ASSERT_NE(recorder.port("http"), 0) << recorder.err();
    if (round % 4 == 3) {
      ASSERT_NO_FATAL_FAILURE(expect_all_once(senders, found_in(data), round));
    }
    std::atomic<bool> answered = false;
    std::vector<std::thread> threads;
    for (const auto& sender : senders) {
      threads.emplace_back([&, port = recorder.port(sender->kind() == Sender::Kind::Lines ? "http" : "journal")] {
        sender->send(port, UINT64_MAX, answered);
      });
    }
    while (!answered) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 150'000));
    recorder.kill();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(recorder.faults(), "");
  }

  // Whoever was not answered sends again; then all that was ever sent is there, by the recorder's own answer too.
  RecorderProcess recorder({.data = data, .listeners = {"journal"}, .flags = {}, .wrapper = {}});
  ASSERT_NE(recorder.port("http"), 0) << recorder.err();
  std::atomic<bool> answered = false;
  uint64_t rows = 0;
  for (const auto& sender : senders) {
    const bool lines = sender->kind() == Sender::Kind::Lines;
    sender->send(recorder.port(lines ? "http" : "journal"), 1, answered);
    EXPECT_EQ(sender->sent(), sender->acknowledged());
    if (lines) rows += sender->acknowledged();
  }
  TcpClient client(recorder.port("http"));
  client.send("GET /query?db=b&q=SELECT%20count(v)%20FROM%20m HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.response(), ::testing::HasSubstr(fmt::format(",{}]]", rows)));
  EXPECT_EQ(recorder.stop(), 0) << recorder.err();
  EXPECT_EQ(recorder.faults(), "");
  expect_all_once(senders, found_in(data), rounds);
}

}  // namespace
}  // namespace inquest
