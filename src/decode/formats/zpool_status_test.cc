#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder zpool_status_decoder;

namespace {

using ::testing::ElementsAre;

model::Case read(std::string_view text) { return testing::decode_with(zpool_status_decoder, text, "zpool.txt"); }

std::vector<std::string> values(const model::Case& c, std::string_view key) {
  std::vector<std::string> out;
  for (const model::Fact& fact : c.facts) {
    if (fact.key == key) out.push_back(fact.value);
  }
  return out;
}

constexpr std::string_view kDamaged =
    "  pool: tank\n state: DEGRADED\nstatus: One or more devices has experienced an error resulting in data\n"
    "\tcorruption.  Applications may be affected.\n   see: https://openzfs.github.io/openzfs-docs/msg/ZFS-8000-8A\n"
    "  scan: scrub repaired 0B in 00:10:11 with 2 errors on Sun Jan 11 00:34:12 2026\nconfig:\n\n"
    "\tNAME        STATE     READ WRITE CKSUM\n\ttank        DEGRADED     0     0     0\n"
    "\t  mirror-0  DEGRADED     0     0     8\n\t    sda3    ONLINE       0     0     8\n"
    "\t    sdb3    FAULTED      3     1    24  too many errors\n\n"
    "errors: Permanent errors have been detected in the following files:\n\n"
    "        tank/vm-100-disk-0:<0x1>\n        tank/data@daily:/a file\n        /tank/b\n        <metadata>:<0x3d>\n";

TEST(ZpoolStatus, TellsStateDevicesScrubAndDamage) {
  const model::Case c = read(kDamaged);
  EXPECT_THAT(values(c, "zpool.pool"), ElementsAre("tank"));
  EXPECT_THAT(values(c, "zpool.state"), ElementsAre("tank DEGRADED"));
  EXPECT_THAT(values(c, "zpool.vdev"), ElementsAre("tank tank DEGRADED 0 0 0", "tank mirror-0 DEGRADED 0 0 8",
                                                   "tank sda3 ONLINE 0 0 8", "tank sdb3 FAULTED 3 1 24"));
  EXPECT_THAT(values(c, "zpool.object"),
              ElementsAre("tank/vm-100-disk-0:<0x1>", "tank/data@daily:/a file", "/tank/b", "<metadata>:<0x3d>"));
  ASSERT_EQ(c.events.size(), 1U);
  EXPECT_EQ(c.message(0), "scrub repaired 0B in 00:10:11 with 2 errors on Sun Jan 11 00:34:12 2026");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

TEST(ZpoolStatus, ReadsAnExcerptThatBeginsWithTheDamage) {
  const model::Case c = read(
      "errors: Permanent errors have been detected in the following files:\r\n"
      "        tank/vm-100-disk-0:<0x1>\r\n");
  EXPECT_THAT(values(c, "zpool.object"), ElementsAre("tank/vm-100-disk-0:<0x1>"));
  EXPECT_THAT(values(c, "zpool.errors"), ElementsAre("Permanent errors have been detected in the following files:"));
}

TEST(ZpoolStatus, TakesTheHostFromThePromptAndNoDateFromAScrubThatRuns) {
  const model::Case c = read(
      "root@node-a:~# zpool status\n  pool: a\n state: ONLINE\n"
      "  scan: scrub in progress since Sun Jan 32 00:24:01 2026\nerrors: No known data errors\n");
  ASSERT_FALSE(c.facts.empty());
  EXPECT_EQ(c.str(c.facts[0].host), "node-a");
  EXPECT_EQ(c.events.size(), 0U);
}

TEST(ZpoolStatus, ClaimsNothingElse) {
  const auto claim = [](std::string_view text) { return zpool_status_decoder.sniff({text, "zpool.txt", true}); };
  EXPECT_EQ(claim(kDamaged), Claim::Certain);
  EXPECT_EQ(claim("state: NY\ncity: Albany\n"), Claim::No);
  EXPECT_EQ(claim("errors: 3\n"), Claim::No);
  EXPECT_EQ(claim(""), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
