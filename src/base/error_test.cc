#include "base/error.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(Error, NamesThePlaceAsCloselyAsItIsKnown) {
  EXPECT_EQ((Error{ErrorCode::Malformed, "row has 3 columns", "logs.csv", 400, 17}.text()),
            "logs.csv:17: row has 3 columns");
  EXPECT_EQ((Error{ErrorCode::Malformed, "no magic", "core.bin", 4096, 0}.text()), "core.bin: byte 4096: no magic");
  EXPECT_EQ((Error{ErrorCode::NotFound, "does not exist", "x.log", 0, 0}.text()), "x.log: does not exist");
  EXPECT_EQ((Error{ErrorCode::Failed, "nothing to do", "", 12, 3}.text()), "nothing to do");
}

TEST(Error, TravelsThroughResults) {
  const auto half = [](int value) -> Result<int> {
    if (value % 2 != 0) return fail(ErrorCode::Malformed, "odd");
    return value / 2;
  };
  EXPECT_EQ(half(8).value(), 4);
  ASSERT_FALSE(half(7).has_value());
  EXPECT_EQ(half(7).error().code, ErrorCode::Malformed);

  const auto passed_on = [&]() -> Result<void> {
    auto got = half(3);
    if (!got) return fail(std::move(got.error()));
    return {};
  };
  EXPECT_EQ(passed_on().error().message, "odd");
}

TEST(Error, EveryCodeHasItsWords) {
  EXPECT_EQ(to_string(ErrorCode::Denied), "permission denied");
  EXPECT_EQ(to_string(ErrorCode::Limit), "limit reached");
  EXPECT_EQ(to_string(ErrorCode::Unsupported), "unsupported");
}

}  // namespace
}  // namespace inquest
