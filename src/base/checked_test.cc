#include "base/checked.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace inquest {
namespace {

template <class T>
constexpr T kMax = std::numeric_limits<T>::max();
template <class T>
constexpr T kMin = std::numeric_limits<T>::min();

TEST(Checked, GivesTheExactResultWhereItFits) {
  EXPECT_EQ(checked_add<uint64_t>(kMax<uint64_t> - 1, 1), kMax<uint64_t>);
  EXPECT_EQ(checked_sub<uint32_t>(7, 7), 0U);
  EXPECT_EQ(checked_mul<int64_t>(-3, 5), -15);
  EXPECT_EQ(checked_sub<int64_t>(kMin<int64_t> + 1, 1), kMin<int64_t>);
}

TEST(Checked, GivesNothingWhereItWouldWrap) {
  EXPECT_EQ(checked_add<uint64_t>(kMax<uint64_t>, 1), std::nullopt);
  EXPECT_EQ(checked_add<int64_t>(kMax<int64_t>, 1), std::nullopt);
  EXPECT_EQ(checked_sub<uint32_t>(6, 7), std::nullopt);
  EXPECT_EQ(checked_mul<int64_t>(kMin<int64_t>, -1), std::nullopt);
  EXPECT_EQ(checked_mul<uint8_t>(16, 16), std::nullopt);
}

TEST(Checked, CastsOnlyWhatTheOtherTypeHolds) {
  EXPECT_EQ(checked_cast<uint8_t>(255), 255);
  EXPECT_EQ(checked_cast<uint8_t>(256), std::nullopt);
  EXPECT_EQ(checked_cast<uint64_t>(-1), std::nullopt);
  EXPECT_EQ(checked_cast<int64_t>(kMax<uint64_t>), std::nullopt);
  EXPECT_EQ(checked_cast<int32_t>(int64_t{kMin<int32_t>}), kMin<int32_t>);
}

}  // namespace
}  // namespace inquest
