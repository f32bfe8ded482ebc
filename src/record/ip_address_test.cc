#include "record/ip_address.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(IpAddress, IsWrittenAsItIsRead) {
  for (const char* text : {"192.0.2.7", "0.0.0.0", "255.255.255.255", "::1", "::", "2001:db8::1", "fe80::1:2:3:4"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(IpAddress, TakesMappedAddressesForTheirIpv4) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7"), IpAddress::parse("192.0.2.7"));
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7"), IpAddress::v4({192, 0, 2, 7}));
  EXPECT_TRUE(IpAddress::v4({127, 9, 9, 9}).is_loopback());
}

TEST(IpAddress, KnowsLoopback) {
  EXPECT_TRUE(IpAddress::parse("127.0.0.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("::")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("192.0.2.1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("2001:db8::1")->is_loopback());
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("localhost"), std::string("192.0.2"), std::string("1.2.3.4.5"), std::string("::g"),
        std::string("1.2.3.4\0", 8), std::string(100, '1')})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
}

}  // namespace
}  // namespace inquest::record
