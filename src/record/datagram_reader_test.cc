#include "record/datagram_reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include "record/listen_address.h"

namespace inquest::record {
namespace {

using namespace std::chrono_literals;

struct Sender {
  explicit Sender(int port) : fd(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.descriptor(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::send(fd.descriptor(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }
  Socket fd;
};

// Reads until nothing waits, and waits for more, as the listeners do.
class DatagramReaderTest : public testing::TestWithParam<uint64_t> {
 protected:
  DatagramReaderTest() {
    auto address = ListenAddress::parse("127.0.0.1:0");
    EXPECT_TRUE(address);
    auto socket = bind_udp("test", *address, GetParam());
    EXPECT_TRUE(socket);
    port = bound_address(*socket, *address).port;
    reader.emplace(io, std::move(*socket));
  }
  void go_on() {
    reader->wait([this] {
      for (bool more = true; more;) {
        const auto datagrams = reader->receive();
        for (const Datagram& one : datagrams) texts.emplace_back(one.bytes);
        more = datagrams.size() == Datagrams::kBatch;
      }
      go_on();
    });
  }
  void run_until(size_t count) {
    for (int i = 0; i < 3000 && texts.size() < count; ++i) io.run_for(10ms);
  }

  boost::asio::io_context io;
  int port = 0;
  std::optional<DatagramReader> reader;
  std::vector<std::string> texts;
};

TEST_P(DatagramReaderTest, ReadsSingleOnesFloodsAndSingleOnesAgain) {
  const Sender sender(port);
  go_on();
  std::vector<std::string> sent;
  const auto send = [&] {
    sent.push_back(std::to_string(sent.size()));
    sender.send(sent.back());
  };
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 100; ++i) send();
    run_until(sent.size());
  }
  ASSERT_EQ(texts, sent);
  // The flood is over: what comes next is waited for.
  io.run_for(20ms);
  send();
  run_until(sent.size());
  EXPECT_EQ(texts, sent);
  EXPECT_EQ(reader->take_dropped(), 0U);
}

TEST_P(DatagramReaderTest, CallsNobodyOnceItIsClosed) {
  const Sender sender(port);
  go_on();
  for (int i = 0; i < 100; ++i) sender.send("x");
  run_until(100);  // it pauses now, or waits for more
  reader->close();
  EXPECT_FALSE(reader->is_open());
  go_on();
  io.run();  // nothing is left to wait for
  EXPECT_EQ(texts.size(), 100U);
}

TEST_P(DatagramReaderTest, TellsOnceWhatTheKernelDropped) {
  const Sender sender(port);
  const uint64_t room = GetParam() == 0 ? 256U << 10U : GetParam();
  for (uint64_t i = 0; i < room / 64; ++i) ::send(sender.fd.descriptor(), "x", 1, 0);
  go_on();
  io.run_for(20ms);
  const size_t before = texts.size();
  ASSERT_GT(before, 0U);
  sender.send("y");  // says how many there were before it
  run_until(before + 1);
  EXPECT_GT(reader->take_dropped(), 0U);
  EXPECT_EQ(reader->take_dropped(), 0U);
}

// A buffer that is too small for pauses, and one that is not (where the limit of this host lets it be).
INSTANTIATE_TEST_SUITE_P(Buffers, DatagramReaderTest, testing::Values(0U, 16U << 20U));

}  // namespace
}  // namespace inquest::record
