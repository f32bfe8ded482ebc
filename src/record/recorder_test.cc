#include "record/recorder.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/socket.h"
#include "support/running_recorder.h"
#include "support/tcp_client.h"

namespace inquest::record {
namespace {

using inquest::testing::MemoryStore;
using inquest::testing::RunningRecorder;
using inquest::testing::TcpClient;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string write_one(TcpClient& client, int time) {
  const std::string line = fmt::format("m f=1 {}", time);
  client.send(fmt::format("POST /write?db=x HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", line.size(), line));
  return client.response();
}

class Counting : public Observer {
 public:
  void events(std::span<const store::Event>) override {}
  void lines(const Peer& peer, std::string_view bucket, std::string_view lines) override {
    seen = fmt::format("{} {} {} {}", peer.address, peer.spoofable, bucket, lines);
  }
  void tick(Ns, Ns now) override { last_tick = now; }

  std::string seen;  // to be read when the recorder has stopped
  void held_up() override { ++times_held_up; }

  std::atomic<Ns> last_tick = 0;
  std::atomic<int> times_held_up = 0;
};

TEST(Recorder, ShowsObserversWhatIsStored) {
  Counting observer;
  RunningRecorder recorder(RunningRecorder::Settings{{"http", "127.0.0.1:0"}}, {}, {&observer});
  TcpClient client(recorder.port("http"));
  EXPECT_THAT(write_one(client, 7), StartsWith("HTTP/1.1 204 "));
  while (observer.last_tick == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(observer.last_tick, RunningRecorder::kNow);
  recorder.stop();
  EXPECT_EQ(observer.seen, "127.0.0.1 false x m f=1 7\n");
}

TEST(Recorder, ShowsObserversThatTheStoreHoldsSendersUp) {
  Counting observer;
  RunningRecorder recorder(RunningRecorder::Settings{{"http", "127.0.0.1:0"}}, {}, {&observer});
  TcpClient client(recorder.port("http"));
  write_one(client, 7);
  EXPECT_EQ(observer.times_held_up, 0);
  recorder.store.hold();
  client.send("POST /write?db=x HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\nm f=1 8");
  while (observer.times_held_up == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  recorder.store.release();
  EXPECT_THAT(client.response(), StartsWith("HTTP/1.1 204 "));
}

TEST(Recorder, SaysOnceThatTheStoreRefusesAndOnceThatItNoLongerDoes) {
  RunningRecorder recorder(RunningRecorder::Settings{{"http", "127.0.0.1:0"}});
  TcpClient client(recorder.port("http"));
  recorder.store.refuse(Error{ErrorCode::Limit, "the disk is full"});
  for (int i = 0; i < 5; ++i) EXPECT_THAT(write_one(client, i), StartsWith("HTTP/1.1 503 "));
  recorder.store.refuse(std::nullopt);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(write_one(client, i), StartsWith("HTTP/1.1 204 "));
  recorder.stop();
  EXPECT_EQ(recorder.log,
            "the store takes nothing, senders are told so: the disk is full\nthe store takes what comes again\n");
}

TEST(Recorder, SaysWhenTheKernelKeepsLessThanWasAsked) {
  // More than it gives to anybody.
  RunningRecorder greedy(
      RunningRecorder::Settings{{"netconsole", "127.0.0.1:0"}, {"netconsole-receive-buffer", "3GiB"}});
  greedy.stop();
  EXPECT_THAT(greedy.log, HasSubstr("(netconsole "));
  EXPECT_THAT(greedy.log, HasSubstr(" of 3145728 KiB)"));
  EXPECT_THAT(greedy.log, HasSubstr("`sysctl net.core.rmem_max=1610612736` allows"));
  RunningRecorder modest(
      RunningRecorder::Settings{{"netconsole", "127.0.0.1:0"}, {"netconsole-receive-buffer", "64KiB"}});
  modest.stop();
  EXPECT_EQ(modest.log, "");
}

TEST(Recorder, SaysWhichListenerCouldNotBeOpened) {
  RunningRecorder first(RunningRecorder::Settings{{"http", "127.0.0.1:0"}});
  EXPECT_THROW(RunningRecorder(RunningRecorder::Settings{{"http", fmt::format("127.0.0.1:{}", first.port("http"))}}),
               std::runtime_error);
  EXPECT_THROW(RunningRecorder(RunningRecorder::Settings{{"http", "tls:127.0.0.1:0"}}), std::runtime_error);
  EXPECT_THROW(RunningRecorder(RunningRecorder::Settings{{"http", "udp:127.0.0.1:0"}}), std::runtime_error);
  EXPECT_THROW(RunningRecorder(RunningRecorder::Settings{{"tls-certificate", "/nowhere"}, {"tls-key", "/nowhere"}}),
               std::runtime_error);
}

// One that ends without having run, because a listener behind could not be opened, say.
TEST(Recorder, EndsWhenTheStoreHasAnswered) {
  MemoryStore store;
  store.hold();
  Recorder::Parts parts;
  for (const SettingGroup& group : setting_groups()) {
    if (group.name.empty() || group.settings.front().name != "listen") continue;
    ASSERT_TRUE(parts.config.set(group.name, "none"));
  }
  ASSERT_TRUE(parts.config.set("netconsole", "127.0.0.1:0"));
  parts.store = &store;
  parts.now = [] { return RunningRecorder::kNow; };
  parts.log = [](std::string_view) {};
  auto recorder = Recorder::open(std::move(parts));
  ASSERT_TRUE(recorder) << recorder.error().text();
  const int port = (*recorder)->listening().front().addresses.front().port;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const Socket sender(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::string_view datagram = "6,1,1,-;last words\n";
  ASSERT_EQ(::sendto(sender.descriptor(), datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                     sizeof to),
            static_cast<ssize_t>(datagram.size()));
  recorder->reset();
  EXPECT_FALSE(store.events_seen().empty());
  EXPECT_EQ(store.waiting(), 0U);
}

// Signals reach the whole process, so that one recorder at a time can be told by them.
TEST(Recorder, OpensWhatChangedOnSighupAndEndsOnSigterm) {
  MemoryStore store;
  Recorder::Parts parts;
  for (const SettingGroup& group : setting_groups()) {
    if (group.name.empty() || group.settings.front().name != "listen") continue;
    ASSERT_TRUE(parts.config.set(group.name, "none"));
  }
  ASSERT_TRUE(parts.config.set("http", "127.0.0.1:0"));
  const Config before = parts.config;
  parts.store = &store;
  parts.now = [] { return RunningRecorder::kNow; };
  std::string log;
  std::atomic<int> reloads = 0;
  parts.log = [&log](std::string_view line) { log += std::string(line) + "\n"; };
  parts.reload = [&]() -> Result<Config> {
    Config config = before;
    if (++reloads == 1) return fail(ErrorCode::Malformed, "line 7 is wrong");
    if (auto set = config.set("graphite", "tcp:127.0.0.1:0"); !set) return fail(set.error());
    return config;
  };
  auto recorder = Recorder::open(std::move(parts));
  ASSERT_TRUE(recorder) << recorder.error().text();
  ASSERT_EQ((*recorder)->listening().size(), 1U);
  const int http = (*recorder)->listening().front().addresses.front().port;
  // A client that is there shows that signals are taken by now.
  std::thread thread([&] { EXPECT_TRUE((*recorder)->run()); });
  TcpClient client(http);
  EXPECT_THAT(write_one(client, 1), StartsWith("HTTP/1.1 204 "));
  for (int i = 1; i <= 2; ++i) {
    kill(getpid(), SIGHUP);
    while (reloads < i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(write_one(client, 2), StartsWith("HTTP/1.1 204 "));
  kill(getpid(), SIGTERM);
  thread.join();
  EXPECT_EQ(store.flushes(), 1);
  EXPECT_THAT(log, HasSubstr("the configuration stays as it was: line 7 is wrong\n"));
  EXPECT_THAT(log, HasSubstr("graphite: opened with its new settings\n"));
  EXPECT_THAT(log, HasSubstr("the configuration was read again, 1 of its listeners changed\n"));
}

}  // namespace
}  // namespace inquest::record
