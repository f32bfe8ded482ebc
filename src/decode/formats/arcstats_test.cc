#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder arcstats_decoder;

namespace {

constexpr std::string_view kText =
    "13 1 0x01 147 39984 7315342340 1136410245221\nname                            type data\n"
    "hits                            4    912\nc_max                           4    8589934592\n"
    "mru_size                        4    18446744073709551615\n";

TEST(Arcstats, GivesAFactForEachFigure) {
  const model::Case c = testing::decode_with(arcstats_decoder, kText, "arcstats");
  ASSERT_EQ(c.facts.size(), 4U);
  EXPECT_EQ(c.facts[0].key, "zfs.arcstats.uptime_ns");
  EXPECT_EQ(c.facts[2].key, "zfs.arcstats.c_max");
  EXPECT_EQ(c.facts[2].value, "8589934592");
  EXPECT_EQ(c.facts[3].value, "18446744073709551615");
}

TEST(Arcstats, LocatesAFigureThatIsNone) {
  const model::Case c =
      testing::decode_with(arcstats_decoder, std::string(kText) + "size 4 99999999999999999999999\n", "arcstats");
  EXPECT_EQ(c.facts.size(), 4U);
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].line, 6U);
}

}  // namespace
}  // namespace inquest::decode
