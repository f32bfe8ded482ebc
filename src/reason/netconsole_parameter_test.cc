#include "reason/netconsole_parameter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::reason {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NetconsoleParameter, ReadsAWholeOne) {
  const auto reading = read_netconsole("netconsole=+6665@10.0.0.1/enp3s0,6666@10.0.0.2/00:11:22:33:44:55");
  ASSERT_TRUE(reading.parameter);
  EXPECT_TRUE(reading.parameter->extended);
  EXPECT_EQ(reading.parameter->device, "enp3s0");
  EXPECT_EQ(reading.parameter->target_ip, "10.0.0.2");
  EXPECT_EQ(reading.parameter->target_mac, "00:11:22:33:44:55");
  EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(NetconsoleParameter, MayLeaveOutWhatTheKernelKnows) {
  const auto reading = read_netconsole("netconsole=@/eth1,@10.0.0.2/00:11:22:33:44:55");
  EXPECT_TRUE(reading.parameter);
  EXPECT_THAT(reading.faults, IsEmpty());
}

TEST(NetconsoleParameter, ExplainsAndMendsAnObfuscatedOne) {
  const auto reading = read_netconsole("[email protected]/eth0,[email protected]/");
  EXPECT_TRUE(reading.mangled);
  EXPECT_TRUE(reading.fatal);
  EXPECT_THAT(reading.faults, Contains(HasSubstr("spam")));
  EXPECT_THAT(reading.faults, Contains(HasSubstr("keyword")));
  EXPECT_EQ(reading.mended, "netconsole=6665@/eth0,6666@<receiver's IP>/<MAC of the next hop>");
}

TEST(NetconsoleParameter, NamesEachFault) {
  const auto fault = [](std::string_view text) {
    const auto reading = read_netconsole(text);
    EXPECT_FALSE(reading.mended.empty()) << text;
    return reading.faults.empty() ? std::string() : reading.faults.front();
  };
  EXPECT_THAT(fault("netconsole=@/eth0"), HasSubstr("nowhere to send to"));
  EXPECT_THAT(fault("netconsole=@/eth0,@/"), HasSubstr("nowhere to send to"));
  EXPECT_THAT(fault("netconsole=@/eth0,@loghost/"), HasSubstr("resolves no names"));
  EXPECT_THAT(fault("netconsole=@/eth0,99999@10.0.0.2/00:11:22:33:44:55"), HasSubstr("is no port"));
  EXPECT_THAT(fault("netconsole=@/eth0,@10.0.0.2/00:11:22"), HasSubstr("is no MAC"));
  EXPECT_THAT(fault("netconsole=@/eth0,@10.0.0.2/"), HasSubstr("broadcasts"));
  EXPECT_THAT(fault("netconsole=@/,@10.0.0.2/00:11:22:33:44:55"), HasSubstr("eth0"));
}

TEST(NetconsoleParameter, ABroadcastIsStillSent) {
  EXPECT_TRUE(read_netconsole("netconsole=@/eth0,@10.0.0.2/").parameter);
}

}  // namespace
}  // namespace inquest::reason
