#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder lvs_decoder;

namespace {

TEST(Lvs, ReadsDecimalsOfAnyLanguage) {
  const model::Case c = testing::decode_with(lvs_decoder,
                                             "  LV   VG  Attr       LSize   Pool Origin Data%  Meta%\n"
                                             "  data pve twi-aotz-- 136,49g             80,25  1,24\n"
                                             "  root pve -wi-ao----  69.37g\n",
                                             "lvs.txt");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].key, "lvm.volume");
  EXPECT_EQ(c.facts[0].value, "pve/data Attr=twi-aotz-- LSize=136.49g Data%=80.25 Meta%=1.24");
  EXPECT_EQ(c.facts[1].value, "pve/root Attr=-wi-ao---- LSize=69.37g");
}

TEST(Lvs, LocatesALineThatIsNoVolume) {
  const model::Case c = testing::decode_with(lvs_decoder, "  LV   VG  Attr       LSize\nx\n", "lvs.txt");
  EXPECT_EQ(c.facts.size(), 0U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U);
}

}  // namespace
}  // namespace inquest::decode
