#include "decode/apt_date.h"

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

TEST(AptDate, IsReadBehindItsLabel) {
  EXPECT_EQ(parse_apt_date("Start-Date: 2026-02-06  18:01:58", "Start-Date: "), from_civil({2026, 2, 6, 18, 1, 58}));
  EXPECT_EQ(parse_apt_date("Start-Date: 2026-02-06 18:01:58", "Start-Date: "), from_civil({2026, 2, 6, 18, 1, 58}));
}

TEST(AptDate, IsNothingElse) {
  for (const std::string_view text :
       {"End-Date: 2026-02-06  18:01:58", "Start-Date: 2026-02-30  18:01:58", "Start-Date: ", "Start-Date: 2026-02-06",
        "Start-Date: 2026-02-06  18:01:58 and more"}) {
    EXPECT_FALSE(parse_apt_date(text, "Start-Date: ").has_value()) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
