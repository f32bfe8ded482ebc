#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pveversion_decoder;

namespace {

TEST(PveVersion, TellsPackagesAndTheRunningKernel) {
  const model::Case c =
      testing::decode_with(pveversion_decoder,
                           "root@node-a:~# pveversion -v\nproxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)\n"
                           "pve-manager: 8.2.4 (running version: 8.2.4/faa83925c9641325)\nifupdown: not correctly "
                           "installed\nzfsutils-linux: 2.2.6-pve1\n",
                           "v.txt");
  ASSERT_EQ(c.facts.size(), 5U);
  EXPECT_EQ(c.facts[0].key, "package.proxmox-ve");
  EXPECT_EQ(c.facts[1].key, "kernel.release");
  EXPECT_EQ(c.facts[1].value, "6.8.12-4-pve");
  EXPECT_EQ(c.facts[3].value, "not correctly installed");
  EXPECT_EQ(c.str(c.facts[4].host), "node-a");
}

TEST(PveVersion, ClaimsNoOtherList) {
  EXPECT_EQ(pveversion_decoder.sniff({"name: x\nversion: 1\n", "v.txt", true}), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
