// Graphite's plain text, end to end.
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "support/running_recorder.h"
#include "support/tcp_client.h"

namespace inquest::record {
namespace {

using inquest::testing::RunningRecorder;
using inquest::testing::send_datagram;
using inquest::testing::TcpClient;

// The bucket's lines once there are so many of them.
std::string lines_of(RunningRecorder& recorder, std::string_view bucket, size_t count) {
  std::string lines;
  for (int i = 0; i < 30'000; ++i) {
    lines = recorder.store.lines(bucket);
    if (static_cast<size_t>(std::ranges::count(lines, '\n')) >= count) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return lines;
}

TEST(GraphiteListener, TakesLinesOverTcpHoweverTheyAreCut) {
  RunningRecorder recorder(RunningRecorder::Settings{{"graphite", "tcp:127.0.0.1:0"}});
  TcpClient client(recorder.port("graphite"));
  for (const char c : std::string_view(
           "a.b 1 1600000000\r\nbad line here too\nproxmox.nodes.pve.uptime 5 1600000000\nlast 3 1600000000"))
    client.send({&c, 1});
  client.finish();
  EXPECT_EQ(lines_of(recorder, "graphite", 3),
            "a.b value=1 1600000000000000000\nuptime,host=pve,object=nodes value=5 1600000000000000000\n"
            "last value=3 1600000000000000000\n");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(recorder.metric("inquest_listener_malformed_total{listener=\"graphite\"}"), 1);
}

TEST(GraphiteListener, TakesDatagramsOfLines) {
  RunningRecorder recorder(RunningRecorder::Settings{{"graphite", "udp:127.0.0.1:0"}});
  send_datagram(recorder.port("graphite"), "a 1 1600000000\nb 2 1600000000");
  EXPECT_EQ(lines_of(recorder, "graphite", 2), "a value=1 1600000000000000000\nb value=2 1600000000000000000\n");
}

TEST(GraphiteListener, SkipsALineThatHasNoEnd) {
  RunningRecorder recorder(RunningRecorder::Settings{{"graphite", "tcp:127.0.0.1:0"}});
  TcpClient client(recorder.port("graphite"));
  client.send(std::string(1'000'000, 'x') + " 1 1600000000\nb 2 1600000000\n");
  EXPECT_EQ(lines_of(recorder, "graphite", 1), "b value=2 1600000000000000000\n");
}

TEST(GraphiteListener, DoesNotMindGarbage) {
  RunningRecorder recorder(RunningRecorder::Settings{{"graphite", "127.0.0.1:0"}});
  std::string garbage;
  for (unsigned i = 0; i < 100'000; ++i) garbage += static_cast<char>(i * 2654435761U >> 24U);
  TcpClient client(recorder.port("graphite"));
  client.send(garbage);
  client.send("\nb 2 1600000000\n");
  send_datagram(recorder.port("graphite", 1), garbage.substr(0, 60'000));
  EXPECT_NE(lines_of(recorder, "graphite", 1).find("b value=2 1600000000000000000\n"), std::string::npos);
}

TEST(InfluxUdpListener, TakesLinesInEveryPrecision) {
  RunningRecorder recorder(RunningRecorder::Settings{{"influx-udp", "127.0.0.1:0"}});
  const std::array<const char*, 4> datagrams = {"a f=1 1600000000", "b f=1 1600000000001\nb f=2 1600000000002\n",
                                                "c f=1 1600000000000001", "d f=1 1600000000000000001\n"};
  std::string expected;
  size_t count = 0;
  for (const char* datagram : datagrams) {
    send_datagram(recorder.port("influx-udp"), datagram);
    count += datagram[0] == 'b' ? 2 : 1;
    lines_of(recorder, "telegraf", count);
  }
  EXPECT_EQ(recorder.store.lines("telegraf"),
            "a f=1 1600000000000000000\nb f=1 1600000000001000000\nb f=2 1600000000002000000\n"
            "c f=1 1600000000000001000\nd f=1 1600000000000000001\n");
}

TEST(InfluxUdpListener, KeepsDatagramsApart) {
  RunningRecorder recorder(
      {{"influx-udp", "127.0.0.1:0"}, {"influx-udp-bucket", "pve"}, {"influx-udp-precision", "s"}});
  send_datagram(recorder.port("influx-udp"), "a f=\"no end 1\n");
  send_datagram(recorder.port("influx-udp"), "b f=\"text\" 1\n");
  EXPECT_EQ(lines_of(recorder, "pve", 1), "b f=\"text\" 1000000000\n");
  EXPECT_EQ(recorder.metric("inquest_listener_malformed_total{listener=\"influx-udp\"}"), 1);
}

}  // namespace
}  // namespace inquest::record
