#include "base/cursor.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace inquest {
namespace {

using namespace std::string_view_literals;

TEST(Cursor, ReadsBothByteOrders) {
  constexpr std::string_view kBytes = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"sv;
  Cursor little(kBytes);
  EXPECT_EQ(little.read<uint8_t>().value(), 0x01);
  EXPECT_EQ(little.read<uint16_t>().value(), 0x0302);
  EXPECT_EQ(little.read<uint32_t>().value(), 0x07060504U);
  EXPECT_EQ(little.read<uint64_t>().value(), 0x0f0e0d0c0b0a0908U);
  EXPECT_TRUE(little.at_end());

  Cursor big(kBytes, "x", ByteOrder::Big);
  EXPECT_EQ(big.read<uint8_t>().value(), 0x01);
  EXPECT_EQ(big.read<uint16_t>().value(), 0x0203);
  EXPECT_EQ(big.read<uint32_t>().value(), 0x04050607U);
  EXPECT_EQ(big.read<uint64_t>().value(), 0x08090a0b0c0d0e0fU);
}

TEST(Cursor, FailsAtTheEndNamingThePlaceAndStaysThere) {
  Cursor cursor("abcde"sv, "core.bin", ByteOrder::Little, 4096);
  ASSERT_TRUE(cursor.skip(3));
  const auto got = cursor.read<uint32_t>();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::Truncated);
  EXPECT_EQ(got.error().offset, 4099U);
  EXPECT_EQ(got.error().text(), "core.bin: byte 4099: 4 bytes wanted at offset 4099, 2 left");
  EXPECT_EQ(cursor.position(), 4099U);
  EXPECT_FALSE(cursor.skip(3));
  EXPECT_FALSE(cursor.take(SIZE_MAX));
  EXPECT_EQ(cursor.take(2).value().size(), 2U);
}

TEST(Cursor, TakesFixedSizeStringsUpToTheirFirstNul) {
  Cursor cursor("eth0\0\0\0\0full8ful"sv);
  EXPECT_EQ(cursor.take_cstr(8).value(), "eth0");
  EXPECT_EQ(cursor.take_cstr(8).value(), "full8ful");
  EXPECT_FALSE(cursor.take_cstr(1));
  EXPECT_EQ(cursor.take_cstr(0).value(), "");
}

TEST(Cursor, SeeksInsideItsSpanOnly) {
  Cursor cursor("abcd"sv, "x", ByteOrder::Little, 100);
  EXPECT_TRUE(cursor.seek(103));
  EXPECT_EQ(cursor.read<uint8_t>().value(), 'd');
  EXPECT_TRUE(cursor.seek(104));
  EXPECT_TRUE(cursor.at_end());
  EXPECT_FALSE(cursor.seek(105));
  EXPECT_FALSE(cursor.seek(99));
  EXPECT_FALSE(cursor.seek(UINT64_MAX));
  EXPECT_EQ(cursor.position(), 104U);
}

}  // namespace
}  // namespace inquest
