#include "record/socket.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

ListenAddress address(std::string_view text) { return ListenAddress::parse(text).value(); }

TEST(Socket, SaysWhichPortItGot) {
  const auto udp = bind_udp("x", address("127.0.0.1:0"), 1U << 20U);
  ASSERT_TRUE(udp);
  const ListenAddress got = bound_address(*udp, address("udp:127.0.0.1:0"));
  EXPECT_NE(got.port, 0);
  EXPECT_EQ(got.text(), "udp:127.0.0.1:" + std::to_string(got.port));
  EXPECT_TRUE(bind_tcp("x", address("*:0")));
}

TEST(Socket, SaysWhatToDoWhenThePortIsTaken) {
  const auto first = bind_tcp("http", address("127.0.0.1:0"));
  ASSERT_TRUE(first);
  const ListenAddress taken = bound_address(*first, address("127.0.0.1:0"));
  const auto second = bind_tcp("http", taken);
  ASSERT_FALSE(second);
  const std::string port = std::to_string(taken.port);
  EXPECT_EQ(second.error().message, "http: 127.0.0.1:" + port + " (TCP) is in use already; `ss -lntp 'sport = :" +
                                        port + "'` shows by whom, and --http ADDR:PORT chooses another one");
}

TEST(Socket, SaysSoWhenTheHostHasNoSuchAddress) {
  const auto socket = bind_udp("syslog", address("192.0.2.1:0"), 0);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace inquest::record
