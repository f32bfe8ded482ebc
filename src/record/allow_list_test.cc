#include "record/allow_list.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

bool allows(const std::vector<std::string>& networks, std::string_view address) {
  return AllowList::parse(networks).value().allows(IpAddress::parse(address).value());
}

TEST(AllowList, AllowsEverybodyWhereItIsEmpty) { EXPECT_TRUE(allows({}, "203.0.113.9")); }

TEST(AllowList, AllowsWhatBeginsWithTheSameBits) {
  EXPECT_TRUE(allows({"192.0.2.0/24"}, "192.0.2.0"));
  EXPECT_TRUE(allows({"192.0.2.0/24"}, "192.0.2.255"));
  EXPECT_FALSE(allows({"192.0.2.0/24"}, "192.0.3.0"));
  EXPECT_TRUE(allows({"192.0.2.128/26"}, "192.0.2.190"));
  EXPECT_FALSE(allows({"192.0.2.128/26"}, "192.0.2.192"));
  EXPECT_TRUE(allows({"2001:db8::/33"}, "2001:db8:7fff::1"));
  EXPECT_FALSE(allows({"2001:db8::/33"}, "2001:db8:8000::1"));
  EXPECT_TRUE(allows({"10.0.0.0/8", "192.0.2.7"}, "192.0.2.7"));
  EXPECT_FALSE(allows({"10.0.0.0/8", "192.0.2.7"}, "192.0.2.8"));
}

TEST(AllowList, KeepsTheVersionsOfIpApart) {
  EXPECT_TRUE(allows({"0.0.0.0/0"}, "203.0.113.9"));
  EXPECT_FALSE(allows({"0.0.0.0/0"}, "2001:db8::1"));
  EXPECT_TRUE(allows({"::/0"}, "2001:db8::1"));
}

TEST(AllowList, RefusesWhatIsNoNetwork) {
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "::/129", "example.org", "10/8"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(AllowList, RefusesAHostWithAPrefixBecauseItCanMeanEither) {
  const auto network = Network::parse("192.0.2.7/24");
  ASSERT_FALSE(network);
  EXPECT_EQ(network.error().message,
            "\"192.0.2.7/24\" names one host and a prefix; a network is written 192.0.2.0/24 or 2001:db8::/32");
}

}  // namespace
}  // namespace inquest::record
