#include "decode/table_text.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TableText, CutsCellsAndLeavesTheRestWhole) {
  EXPECT_THAT(cells_of("  root   1 /sbin/init  splash ", 3), ElementsAre("root", "1", "/sbin/init  splash"));
  EXPECT_THAT(cells_of("a\tb", 9), ElementsAre("a", "b"));
  EXPECT_THAT(cells_of("   ", 3), IsEmpty());
}

TEST(TableText, WritesDecimalsWithAPoint) {
  EXPECT_EQ(with_point("11,54"), "11.54");
  EXPECT_EQ(with_point("1.5Gi"), "1.5Gi");
  EXPECT_EQ(with_point("1,024,000"), "1,024,000");
}

TEST(TableText, JoinsNamesAndCells) {
  const std::array<std::string_view, 3> names = {"size", "", "used"};
  const std::array<std::string_view, 4> cells = {"30G", "x", "12G", "y"};
  EXPECT_EQ(row_text(names, cells), "size=30G used=12G");
}

}  // namespace
}  // namespace inquest::decode
