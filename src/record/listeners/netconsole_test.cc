// The listener as a whole, on a socket.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/running_recorder.h"
#include "support/tcp_client.h"

namespace inquest::record {
namespace {

using testing::RunningRecorder;
using testing::send_datagram;
using Settings = RunningRecorder::Settings;

std::string field(const store::Event& event, std::string_view name) {
  for (const auto& [key, value] : event.fields) {
    if (key == name) return value;
  }
  return {};
}

constexpr std::string_view kTaken = "inquest_listener_messages_total{listener=\"netconsole\"}";

TEST(NetconsoleListener, StoresBothFormsOnOneSocket) {
  RunningRecorder recorder(Settings{{"netconsole", "127.0.0.1:0"}});
  const int port = recorder.port("netconsole");
  send_datagram(port, "6,100,5000000,-;extended\n");
  send_datagram(port, "[    5.000000] plain\n");
  recorder.stop();
  const auto events = recorder.store.events_seen();
  ASSERT_EQ(events.size(), 2U);
  for (const store::Event& event : events) {
    EXPECT_EQ(event.host, "127.0.0.1");
    EXPECT_EQ(event.source, "netconsole");
    EXPECT_EQ(event.received, RunningRecorder::kNow);
    EXPECT_EQ(field(event, "peer"), "127.0.0.1");
    EXPECT_EQ(field(event, "spoofable"), "true");
    EXPECT_EQ(field(event, "monotonic_us"), "5000000");
  }
  EXPECT_EQ(recorder.metric(kTaken), 2);
}

TEST(NetconsoleListener, LosesNothingOfABurst) {
  RunningRecorder recorder(Settings{{"netconsole", "127.0.0.1:0"}, {"netconsole-rate", "0"}});
  const int port = recorder.port("netconsole");
  constexpr size_t kCount = 10'000;
  for (size_t i = 0; i < kCount; ++i) {
    send_datagram(port, fmt::format("message {}\n", i));
    // Not more at once than any socket's buffer has room for.
    for (int wait = 0; i % 50 == 49 && wait < 3000 && recorder.metric(kTaken) < static_cast<double>(i); ++wait)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  recorder.stop();
  // Each of them had a port of its own, so that they are more senders than are remembered.
  EXPECT_EQ(recorder.store.events_seen().size(), kCount);
}

TEST(NetconsoleListener, HoldsEachSourceToItsRate) {
  RunningRecorder recorder(
      Settings{{"netconsole", "127.0.0.1:0"}, {"netconsole-rate", "10"}, {"netconsole-burst", "10"}});
  const int port = recorder.port("netconsole");
  for (int i = 0; i < 1000; ++i) send_datagram(port, fmt::format("message {}\n", i));
  recorder.stop();
  size_t messages = 0;
  uint64_t dropped = 0;
  for (const store::Event& event : recorder.store.events_seen()) {
    if (field(event, "note") == "limited") {
      dropped += std::stoull(field(event, "count"));
    } else {
      ++messages;
    }
  }
  EXPECT_LT(messages, 500U);
  EXPECT_EQ(messages + dropped, 1000U) << "what was dropped is said";
}

TEST(NetconsoleListener, TakesNothingFromElsewhere) {
  RunningRecorder recorder(Settings{{"netconsole", "127.0.0.1:0"}, {"netconsole-allow", "192.0.2.0/24"}});
  send_datagram(recorder.port("netconsole"), "6,100,5000000,-;x\n");
  recorder.stop();
  EXPECT_TRUE(recorder.store.events_seen().empty());
  EXPECT_EQ(recorder.metric("inquest_listener_not_allowed_total{listener=\"netconsole\"}"), 1);
}

}  // namespace
}  // namespace inquest::record
