#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder list_boots_decoder;

namespace {

constexpr std::string_view kId = "4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c";

model::Case read(std::string_view text) { return testing::decode_with(list_boots_decoder, text, "boots.txt"); }

struct Good {
  std::string times;
  std::string_view first;
  std::string_view last;  // empty: not said
  model::ClockDomain clock;
};

TEST(ListBoots, ReadsTheTimesOfEveryVersion) {
  using model::ClockDomain;
  const Good cases[] = {
      {"Fri 2026-01-30 12:00:00 UTC\xE2\x80\x94Sat 2026-01-31 23:17:01 UTC", "2026-01-30T12:00:00Z",
       "2026-01-31T23:17:01Z", ClockDomain::Utc},
      {"Fri 2026-01-30 12:00:00 UTC Sat 2026-01-31 23:17:01 UTC", "2026-01-30T12:00:00Z", "2026-01-31T23:17:01Z",
       ClockDomain::Utc},
      {"Fri 2026-01-30 12:00:00 CET\xE2\x80\x94Sat 2026-01-31 23:17:01 CET", "2026-01-30T12:00:00Z",
       "2026-01-31T23:17:01Z", ClockDomain::LocalWall},
      {"Fri 2026-01-30 12:00:00 +03 Sat 2026-01-31 23:17:01 +03", "2026-01-30T09:00:00Z", "2026-01-31T20:17:01Z",
       ClockDomain::Utc},
      {"Sun 2026-03-29 00:10:00 GMT Sun 2026-03-29 02:10:00 BST", "2026-03-29T00:10:00Z", "2026-03-29T02:10:00Z",
       ClockDomain::LocalWall},
      {"Fri 2026-01-30 12:00:00 UTC n/a", "2026-01-30T12:00:00Z", "", ClockDomain::Utc},
  };
  for (const Good& wanted : cases) {
    const model::Case c = read(" -1 " + std::string(kId) + " " + wanted.times + "\n");
    ASSERT_EQ(c.boot_claims.size(), 1U) << wanted.times;
    const model::BootClaim& boot = c.boot_claims[0];
    EXPECT_EQ(c.str(boot.boot_id), kId);
    EXPECT_EQ(format_utc({boot.first, Precision::Second}), wanted.first) << wanted.times;
    EXPECT_EQ(boot.last ? format_utc({*boot.last, Precision::Second}) : "", wanted.last) << wanted.times;
    EXPECT_EQ(c.streams[boot.stream].clock, wanted.clock) << wanted.times;
    EXPECT_EQ(boot.cite.line, 1U);
  }
}

TEST(ListBoots, LocatesLinesThatAreNoBoot) {
  const std::string good = "0 " + std::string(kId) + " Fri 2026-01-30 12:00:00 UTC Sat 2026-01-31 23:17:01 UTC\n";
  for (const std::string& bad : {"x " + good.substr(2), "0 " + good.substr(3), std::string("what\n"),
                                 "0 " + std::string(kId) + " Fri 2026-01-32 12:00:00 UTC\n"}) {
    const model::Case c = read(good + bad + good);
    EXPECT_EQ(c.boot_claims.size(), 2U) << bad;
    ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U) << bad;
    EXPECT_EQ(c.evidence[0].diagnostics[0].line, 2U) << bad;
  }
}

TEST(ListBoots, KeepsTheBootsBeforeTheDamageInJson) {
  const std::string boot = R"({"index":0,"boot_id":")" + std::string(kId) + R"(","first_entry":1770652490000000,)";
  EXPECT_EQ(read("[" + boot + "\"last_entry\":1770652490000001}]").boot_claims.size(), 1U);
  EXPECT_EQ(read("[" + boot + "\"last_entry\":null}]").boot_claims.size(), 1U);
  for (const std::string& bad :
       {std::string("1"), std::string("{}"), R"({"boot_id":"x","first_entry":1})" + std::string(),
        std::string(R"({"boot_id":"4c1f2a9b7d3e4f5a8b6c7d8e9f0a1b2c","first_entry":-1})")}) {
    const model::Case c = read("[" + boot + "\"last_entry\":1770652490000001}," + bad + "]\n");
    EXPECT_EQ(c.boot_claims.size(), 1U) << bad;
    EXPECT_EQ(c.evidence[0].diagnostics.size(), 1U) << bad;
  }
}

}  // namespace
}  // namespace inquest::decode
