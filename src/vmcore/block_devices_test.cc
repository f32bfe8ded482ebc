#include "vmcore/block_devices.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/dead_kernels.h"
#include "vmcore/kernel_clock.h"
#include "vmcore/pci_devices.h"

namespace inquest::vmcore {
namespace {

using testing::for_each_dead_kernel;

TEST(PciDevices, AreFoundWithTheirDrivers) {
  for_each_dead_kernel([](Kernel& kernel) {
    const PciDevices all = read_pci_devices(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    ASSERT_FALSE(all.devices.empty());
    EXPECT_TRUE(std::ranges::is_sorted(all.devices, {}, &PciDevice::place));
    EXPECT_EQ(pci_class_words(all.devices.front().class_code), "host bridge");
    for (const PciDevice& one : all.devices) {
      EXPECT_NE(one.vendor, 0);
      EXPECT_EQ(one.place.size(), 12U) << one.place;
      EXPECT_FALSE(one.offline);
    }
    EXPECT_TRUE(std::ranges::any_of(all.devices, [](const PciDevice& one) { return !one.driver.empty(); }));
  });
}

TEST(BlockDevices, RequestsBelongToTheMachinesLife) {
  for_each_dead_kernel([](Kernel& kernel) {
    const BlockDevices all = read_block_devices(kernel);
    EXPECT_TRUE(all.problems.empty()) << all.problems.front();
    const int64_t uptime = read_kernel_clock(kernel).monotonic_ns.value_or(0);
    for (const BlockDevice& device : all.devices) {
      EXPECT_FALSE(device.name.empty());
      EXPECT_FALSE(device.queue.null());
      EXPECT_EQ(device.reads_in_flight + device.writes_in_flight,
                std::ranges::count(device.requests, RequestState::InFlight, &BlockRequest::state));
      for (const BlockRequest& one : device.requests) {
        EXPECT_GE(one.age_ns.value_or(0), -1'000'000'000) << device.name;
        EXPECT_LE(one.age_ns.value_or(0), uptime) << device.name;
        EXPECT_LE(one.issued_age_ns.value_or(0), one.age_ns.value_or(uptime)) << device.name;
        EXPECT_FALSE(one.operation.empty());
        EXPECT_EQ(one.bytes % 512, 0U);
        EXPECT_LE(one.sector * 512, device.bytes) << device.name;
      }
    }
  });
}

TEST(PciClass, HasWordsForWhatIsCommon) {
  EXPECT_EQ(pci_class_words(0x010802), "NVMe controller");
  EXPECT_EQ(pci_class_words(0x020000), "Ethernet controller");
  EXPECT_EQ(pci_class_words(0xfe1234), "");
}

}  // namespace
}  // namespace inquest::vmcore
