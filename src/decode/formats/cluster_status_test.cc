#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder cluster_status_decoder;

namespace {

model::Case read(std::string_view text) { return testing::decode_with(cluster_status_decoder, text, "status.txt"); }

std::string value(const model::Case& c, std::string_view key) {
  const auto found = std::ranges::find(c.facts, key, &model::Fact::key);
  return found == c.facts.end() ? "(none)" : found->value;
}

TEST(ClusterStatus, TellsTheStateOfHighAvailability) {
  const model::Case c = read(
      "quorum OK\nmaster node-b (active, Mon Feb  9 08:00:00 2026)\n"
      "lrm node-a (old timestamp - dead?, Mon Feb  9 07:54:51 2026)\nservice vm:100 (node-a, fence)\n");
  EXPECT_EQ(value(c, "ha.quorum"), "OK");
  EXPECT_EQ(value(c, "ha.lrm"), "node-a (old timestamp - dead?, Mon Feb  9 07:54:51 2026)");
  EXPECT_EQ(value(c, "ha.service"), "vm:100 (node-a, fence)");
}

TEST(ClusterStatus, TellsQuorumAndMembers) {
  const model::Case c = read(
      "Quorum information\n------------------\nNodes:            2\nNode ID:          0x00000002\n"
      "Quorate:          Yes\n\nVotequorum information\n----------------------\nExpected votes:   3\nTotal votes:      "
      "2\n"
      "Flags:            Quorate\n\nMembership information\n----------------------\n    Nodeid      Votes Name\n"
      "0x00000002          1 10.0.0.12 (local)\n0x00000003          1 10.0.0.13\n");
  EXPECT_EQ(value(c, "cluster.expected_votes"), "3");
  EXPECT_EQ(value(c, "cluster.quorate"), "Yes");
  EXPECT_EQ(std::ranges::count(c.facts, "cluster.member", &model::Fact::key), 2);
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Clean);
}

TEST(ClusterStatus, ClaimsNoOtherLabels) {
  EXPECT_EQ(cluster_status_decoder.sniff({"Name: x\nDate: y\nFlags: z\n", "s", true}), Claim::No);
  EXPECT_EQ(cluster_status_decoder.sniff({"service one\nservice two\n", "s", true}), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
