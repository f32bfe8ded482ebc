#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pvereport_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(pvereport_decoder, text, "report.txt"); }

constexpr std::string_view kReport =
    "\n==== general system info ====\n\n# hostname\nnode-a\n\n# pveversion --verbose\n"
    "proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)\n\n==== info about virtual machines ====\n\n"
    "# cat /etc/pve/qemu-server/100.conf\n# cat is in this note\nboot: order=scsi0\nscsi0: a:vm-100-disk-0\ncpu: "
    "host\n";

TEST(PveReport, GivesEachPartToItsDecoderAndCitesTheWhole) {
  const model::Case c = read(kReport);
  const auto fact = [&](std::string_view key) -> const model::Fact* {
    const auto found = std::ranges::find(c.facts, key, &model::Fact::key);
    return found == c.facts.end() ? nullptr : &*found;
  };
  ASSERT_NE(fact("host"), nullptr);
  EXPECT_EQ(fact("host")->value, "node-a");
  ASSERT_NE(fact("kernel.release"), nullptr);
  EXPECT_EQ(fact("kernel.release")->value, "6.8.12-4-pve");
  const model::Fact* disk = fact("guest.100.scsi0");
  ASSERT_NE(disk, nullptr);
  EXPECT_EQ(disk->cite.line, 15U);
  EXPECT_EQ(kReport.substr(disk->cite.offset, disk->cite.length), "scsi0: a:vm-100-disk-0");
  EXPECT_EQ(c.evidence[0].lines, 16U);
  EXPECT_EQ(c.evidence[0].kind, "pvereport");
}

TEST(PveReport, LeavesOutWhatNobodyKnowsAndGoesOn) {
  const model::Case c = read("==== a b c ====\n\n# top -b\nwords\n\n# hostname\nnode-a\n");
  ASSERT_EQ(c.facts.size(), 1U);
  EXPECT_EQ(c.facts[0].value, "node-a");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

}  // namespace
}  // namespace inquest::decode
