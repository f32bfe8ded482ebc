#include "record/listen_address.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(ListenAddress, IsWrittenAsItIsRead) {
  for (const char* text :
       {"127.0.0.1:8086", "[::1]:8086", "*:6666", "udp:192.0.2.1:514", "tls:[2001:db8::1]:6514", "tcp:*:0"}) {
    const auto address = ListenAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_EQ(ListenAddress::parse("localhost:1").value().text(), "127.0.0.1:1");
  EXPECT_EQ(ListenAddress::parse("0.0.0.0:1").value().text(), "0.0.0.0:1");
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "8086", ":8086", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "::1:8086", "[127.0.0.1]:8086", "[::1]", "example.org:8086", "sctp:127.0.0.1:1", "tls:"})
    EXPECT_FALSE(ListenAddress::parse(text)) << text;
}

}  // namespace
}  // namespace inquest::record
