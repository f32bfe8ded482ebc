#include "decode/sel_record.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

TEST(SelRecord, NamesSensorAndEvent) {
  // 0x697E8D6D is 2026-01-31T23:17:01Z.
  const auto record = parse_sel_record(
      bytes({0x01, 0x00, 0x02, 0x6D, 0x8D, 0x7E, 0x69, 0x20, 0x00, 0x04, 0x0C, 0x53, 0x6F, 0xA1, 0xFF, 0x04}));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->id, 1);
  EXPECT_EQ(record->text, "Memory #0x53 | Uncorrectable ECC | Asserted (data a1 ff 04)");
  ASSERT_TRUE(record->time);
  EXPECT_EQ(format_utc({*record->time, Precision::Second}), "2026-01-31T23:17:01Z");
}

TEST(SelRecord, HasNoTimeBeforeTheClockWasSet) {
  const auto record = parse_sel_record(
      bytes({0x02, 0x00, 0x02, 0x0C, 0x00, 0x00, 0x00, 0x20, 0x00, 0x04, 0x01, 0x10, 0x81, 0x09, 0x00, 0x00}));
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->time);
  EXPECT_EQ(record->text, "Temperature #0x10 | Upper Critical going high | Deasserted (data 09 00 00)");
}

TEST(SelRecord, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_sel_record("short"));
  EXPECT_FALSE(parse_sel_record(std::string(16, '\0')));
  EXPECT_TRUE(parse_sel_record(std::string(16, '\xFF')));  // a maker's record without a time
}

}  // namespace
}  // namespace inquest::decode
