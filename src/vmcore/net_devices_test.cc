// Network interfaces of kernels that really died.
#include "vmcore/net_devices.h"

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(NetDevices, HaveALoopbackThatSendsWhatItReceives) {
  for_each_dead_kernel([](Kernel& kernel) {
    const NetDevices all = read_net_devices(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    const auto loopback = std::ranges::find(all.devices, "lo", &NetDevice::name);
    ASSERT_NE(loopback, all.devices.end());
    EXPECT_EQ(loopback->index, 1);
    EXPECT_EQ(loopback->mtu, 65536U);
    EXPECT_NE(loopback->flags & 8, 0U);
    ASSERT_TRUE(loopback->counters);
    EXPECT_EQ(loopback->counters->rx_packets, loopback->counters->tx_packets);
    std::set<std::pair<uint64_t, int32_t>> seen;
    for (const NetDevice& one : all.devices) {
      EXPECT_TRUE(seen.emplace(one.name_space, one.index).second) << one.name;
      EXPECT_TRUE(one.counters || !one.counters_note.empty()) << "it is said why there are none";
      if (one.name.starts_with("eth")) {
        EXPECT_EQ(one.hardware.size(), 17U) << one.hardware;
      }
    }
  });
}

TEST(IpAddress, IsAsPeopleWriteIt) {
  const std::array four = {std::byte{10}, std::byte{0}, std::byte{2}, std::byte{15}};
  EXPECT_EQ(ip_address(four), "10.0.2.15");
  std::array<std::byte, 16> six{};
  six[0] = std::byte{0xfe};
  six[1] = std::byte{0x80};
  six[15] = std::byte{1};
  EXPECT_EQ(ip_address(six), "fe80::1");
  EXPECT_EQ(ip_address(std::span(four).first(3)), "");
}

}  // namespace
}  // namespace inquest::vmcore
