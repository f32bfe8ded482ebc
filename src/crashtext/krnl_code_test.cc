#include "crashtext/krnl_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

using ::testing::HasSubstr;

TEST(KrnlCode, MarksATrapBeforeThePsw) {
  const auto reading = read_krnl_code(
      "Krnl Code: 00000000001a2030: c0e5ffffd7ec\tbrasl\t%r14,198008\n"
      "          #00000000001a2036: a7f40001\t\tbrc\t15,1a2038\n"
      "          >00000000001a203a: a7290000\t\tlghi\t%r2,0\n");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->meaning, "the fault was at: brc 15,1a2038 (BUG() or WARN())");
  ASSERT_EQ(reading->fields.size(), 3U);
  EXPECT_EQ(reading->fields[1].name, "=> 00000000001a2036");
  EXPECT_THAT(reading->fields[2].value, HasSubstr("lghi %r2,0"));
}

TEST(KrnlCode, TakesThePswsPlaceOtherwise) {
  const auto reading = read_krnl_code(
      "Krnl Code: #00000000001a2036: b9040023 lgr %r2,%r3 >00000000001a203a: e32020180004 lg %r2,24(%r2)");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->meaning, "the fault was at: lg %r2,24(%r2), where the PSW points");
  EXPECT_THAT(reading->notes.at(0), HasSubstr("`lgr %r2,%r3`"));
}

TEST(KrnlCode, IsNotThereWithoutAListing) {
  for (const char* text :
       {"", "Krnl Code:", "Krnl Code: Bad PSW.", "Code: 48 8b <0f> 0b", "Krnl PSW : 0704c00180000000"})
    EXPECT_FALSE(read_krnl_code(text)) << text;
}

}  // namespace
}  // namespace inquest::crashtext
