#include "vmcore/orc.h"

#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t entry(uint16_t flags, uint16_t sp_offset, uint16_t bp_offset) {
  return uint64_t{flags} << 32 | uint64_t{bp_offset} << 16 | sp_offset;
}

TEST(Orc, DecodesACallRelativeToTheStackPointerInEveryVersion) {
  struct Row {
    OrcVersion version;
    uint16_t flags;
  };
  // sp_reg SP, bp_reg PREV_SP, type CALL, as each version numbers them.
  for (const Row& row : {Row{OrcVersion::V1, 0x015}, Row{OrcVersion::V2, 0x015}, Row{OrcVersion::V3, 0x215},
                         Row{OrcVersion::V4, 0x283}}) {
    const auto out = decode_orc(entry(row.flags, 16, 0xfff0), row.version);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->sp_register, OrcRegister::Sp);
    EXPECT_EQ(out->bp_register, OrcRegister::PrevSp);
    EXPECT_EQ(out->kind, OrcKind::Call);
    EXPECT_EQ(out->sp_offset, 16);
    EXPECT_EQ(out->bp_offset, -16);
  }
}

TEST(Orc, KnowsTheEndOfAStackByABitOrByAKind) {
  EXPECT_EQ(decode_orc(entry(1 << 10, 0, 0), OrcVersion::V1)->kind, OrcKind::EndOfStack);
  EXPECT_EQ(decode_orc(entry(1 << 11, 0, 0), OrcVersion::V2)->kind, OrcKind::EndOfStack);
  EXPECT_EQ(decode_orc(entry(1 << 8, 0, 0), OrcVersion::V3)->kind, OrcKind::EndOfStack);
  EXPECT_EQ(decode_orc(entry(0, 0, 0), OrcVersion::V2)->kind, OrcKind::Undefined);
}

TEST(Orc, RefusesRegistersAndKindsThatMeanNothing) {
  EXPECT_FALSE(decode_orc(entry(0x00f, 0, 0), OrcVersion::V1));
  EXPECT_FALSE(decode_orc(entry(0x0b0, 0, 0), OrcVersion::V4));
  EXPECT_FALSE(decode_orc(entry(0x305, 0, 0), OrcVersion::V1));
  EXPECT_FALSE(decode_orc(entry(0x705, 0, 0), OrcVersion::V3));
}

}  // namespace
}  // namespace inquest::vmcore
