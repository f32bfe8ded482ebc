#include "decode/kernel_fact.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(KernelFact, IsTheMemoryThatTheKernelManages) {
  const struct {
    const char* message;
    const char* bytes;
  } cases[] = {
      {"Memory: 32685296K/33464932K available (20480K kernel code, 3277K rwdata)", "34268090368"},
      {"[    0.041000] Memory: 473496K/523740K available (16393K kernel code)", "536309760"},
      {"Memory: 4012345K/4193784K available", "4294434816"},
  };
  for (const auto& [message, bytes] : cases) {
    const auto fact = find_kernel_fact(message);
    ASSERT_TRUE(fact) << message;
    EXPECT_EQ(fact->key, "memory.total");
    EXPECT_EQ(fact->value, bytes) << message;
  }
}

TEST(KernelFact, IsThatNothingWasReservedForACrashKernel) {
  const auto fact = find_kernel_fact("crashkernel reservation failed - No suitable area found.");
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->key, "crashkernel.failed");
  EXPECT_EQ(fact->value, "crashkernel reservation failed - No suitable area found.");
}

TEST(KernelFact, IsADeviceThatIsLeftToGuests) {
  const auto fact =
      find_kernel_fact("[    1.913402] vfio_pci: add [10de:1c81[ffffffff:ffffffff]] class 0x000000/00000000");
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->key, "vfio.ids");
  EXPECT_EQ(fact->value, "10de:1c81");
}

TEST(KernelFact, IsFirmwareThatIsMissing) {
  const struct {
    const char* message;
    const char* value;
  } cases[] = {
      {"r8169 0000:02:00.0: Direct firmware load for rtl_nic/rtl8125b-2.fw failed with error -2",
       "rtl_nic/rtl8125b-2.fw (r8169 0000:02:00.0, error -2)"},
      {"[    5.204117] platform regulatory.0: Direct firmware load for regulatory.db failed with error -2",
       "regulatory.db (platform regulatory.0, error -2)"},
      {"cfg80211: failed to load regulatory.db", "regulatory.db (cfg80211)"},
  };
  for (const auto& [message, value] : cases) {
    const auto fact = find_kernel_fact(message);
    ASSERT_TRUE(fact) << message;
    EXPECT_EQ(fact->key, "firmware.missing");
    EXPECT_EQ(fact->value, value) << message;
  }
}

TEST(KernelFact, OtherMessagesAreNone) {
  for (const char* message :
       {"", "M", "[", "Memory: ", "Memory: 1K/", "Memory: /K available", "Memory: 5/6K available",
        "Memory: 1K/99999999999999999999K available", "Memory: 1K/18446744073709551615K available", "vfio_pci: add",
        "vfio_pci: add [10de:1c", "cfg80211: Loading compiled-in X.509 certificates",
        "e1000e 0000:00:1f.6 eno1: the probe of the device failed with error -5",
        "Memory cgroup out of memory: Killed process 1 (a)", "crashkernel reserved: 0x000000002b000000", "Mem-Info:"})
    EXPECT_FALSE(find_kernel_fact(message)) << message;
}

}  // namespace
}  // namespace inquest::decode
