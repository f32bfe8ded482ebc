#include "decode/year_counter.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

Ns on(int year, int month, int day) { return *from_civil({year, month, day}); }

TEST(YearCounter, CountsOnFromDecemberToJanuary) {
  YearCounter years;
  EXPECT_EQ(years.raw(on(2000, 12, 31)), on(2000, 12, 31));
  EXPECT_EQ(years.raw(on(2000, 1, 1)), on(2001, 1, 1));
  EXPECT_EQ(years.raw(on(2000, 12, 31)), on(2000, 12, 31)) << "a late line";
  EXPECT_EQ(years.raw(on(2000, 6, 1)), on(2001, 6, 1));
  EXPECT_EQ(years.raw(on(2000, 12, 1)), on(2001, 12, 1));
  EXPECT_EQ(years.raw(on(2000, 1, 1)), on(2002, 1, 1));
}

TEST(YearCounter, ForgivesDisorder) {
  YearCounter years;
  EXPECT_EQ(years.raw(on(2000, 3, 2)), on(2000, 3, 2));
  EXPECT_EQ(years.raw(on(2000, 3, 1)), on(2000, 3, 1));
}

TEST(YearCounter, SaysWhereADayIsNotInTheYear) {
  YearCounter years;
  EXPECT_EQ(years.raw(on(2000, 12, 31)), on(2000, 12, 31));
  EXPECT_EQ(years.raw(on(2000, 1, 1)), on(2001, 1, 1));
  EXPECT_FALSE(years.raw(on(2000, 2, 29)).has_value());
}

}  // namespace
}  // namespace inquest::decode
