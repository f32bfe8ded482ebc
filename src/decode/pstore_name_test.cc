#include "decode/pstore_name.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(PstoreName, TellsWhenEfiWroteARecord) {
  const auto name = parse_pstore_name("dmesg-efi_pstore-170743290702001", 1, 2);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->type, "dmesg");
  EXPECT_EQ(name->backend, "efi_pstore");
  EXPECT_EQ(name->written, 1'707'432'907 * kSecond);
  EXPECT_EQ(name->moment, 1'707'432'907U);
}

TEST(PstoreName, TellsWhenErstWroteTheFirstDumpOfABootOnly) {
  const uint64_t base = uint64_t{1'707'432'907} << 32;
  const auto first = parse_pstore_name("dmesg-erst-" + std::to_string(base + 2), 1, 2);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->written, 1'707'432'907 * kSecond);
  const auto later = parse_pstore_name("dmesg-erst-" + std::to_string(base + 3), 2, 1);
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->written);
  EXPECT_EQ(later->moment, first->moment);
}

TEST(PstoreName, KnowsNoTimeOfRamoopsAndOfClocksThatWereNeverSet) {
  for (const std::string_view text : {"dmesg-ramoops-0", "console-ramoops-0", "dmesg-efi_pstore-1201001",
                                      "dmesg-ramoops-1.enc.z", "dmesg-efi_pstore-18446744073709551615"}) {
    const auto name = parse_pstore_name(text, 1, 1);
    ASSERT_TRUE(name) << text;
    EXPECT_FALSE(name->written) << text;
  }
}

TEST(PstoreName, IsNoOtherName) {
  for (const std::string_view text :
       {"dmesg.txt", "dmesg-0", "dmesg", "", "-", "a-b-", "vmcore-dmesg.txt", "dmesg-efi-99999999999999999999999"}) {
    EXPECT_FALSE(parse_pstore_name(text, 1, 1)) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
