#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder zfs_parameters_decoder;

namespace {

model::Case read(std::string_view text, const std::string& name = "zfs.txt") {
  return testing::decode_with(zfs_parameters_decoder, text, name);
}

TEST(ZfsParameters, AreReadAsGrepPrintsThemAndOutOfTheirOwnFiles) {
  const struct {
    std::string_view text;
    std::string name;
  } cases[] = {{"/sys/module/zfs/parameters/zfs_arc_max:8589934592\n", "grep.txt"},
               {"zfs_arc_max = 8589934592\n", "notes"},
               {"8589934592\n", "zfs_arc_max"}};
  for (const auto& each : cases) {
    EXPECT_NE(zfs_parameters_decoder.sniff({each.text, each.name, true}), Claim::No) << each.text;
    const model::Case c = read(each.text, each.name);
    ASSERT_EQ(c.facts.size(), 1U) << each.text;
    EXPECT_EQ(c.facts[0].key, "zfs.parameter.zfs_arc_max");
    EXPECT_EQ(c.facts[0].value, "8589934592");
  }
}

TEST(ZfsParameters, TellTheToolsVersionFromTheModules) {
  const model::Case c = read("root@node-a:~# zfs version\nzfs-2.2.6-pve1\nzfs-kmod-2.2.4-pve1\n");
  ASSERT_EQ(c.facts.size(), 2U);
  EXPECT_EQ(c.facts[0].key, "zfs.version");
  EXPECT_EQ(c.facts[1].key, "zfs.module_version");
  EXPECT_EQ(c.facts[1].value, "2.2.4-pve1");
  EXPECT_EQ(c.str(c.facts[1].host), "node-a");
}

TEST(ZfsParameters, AreNoOtherNumbers) {
  EXPECT_EQ(zfs_parameters_decoder.sniff({"8589934592\n", "size", true}), Claim::No);
  EXPECT_EQ(zfs_parameters_decoder.sniff({"zfs_arc_max is too large\n", "x", true}), Claim::No);
  EXPECT_EQ(zfs_parameters_decoder.sniff({"", "zfs_arc_max", true}), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
