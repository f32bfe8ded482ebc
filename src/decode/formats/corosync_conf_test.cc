#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder corosync_conf_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(corosync_conf_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text) { return corosync_conf_decoder.sniff(head_of(text, "evidence1.txt")); }

TEST(CorosyncConf, NamesNodesByIdAndFallsBackToTheirAddress) {
  EXPECT_THAT(facts_of(decode("nodelist {\n  node {\n    nodeid: 4\n    ring0_addr: 10.0.0.4\n    name: node-d\n  }\n"
                              "  node {\n    ring0_addr: 10.0.0.7\n    nodeid: 7\n  }\n}\n")),
              ElementsAre("5 corosync.node.4 = node-d", "8 corosync.node.7 = 10.0.0.7", "1 corosync.node_count = 2"));
}

TEST(CorosyncConf, TakesEachKeyOnlyInItsSection) {
  EXPECT_THAT(
      facts_of(decode("totem {\n  token: 3000\n  interface {\n    token: 1\n    knet_ping_timeout: 1500\n  }\n}\n"
                      "logging {\n  token: 2\n}\ntoken: 3\n")),
      ElementsAre("2 corosync.token = 3000", "5 corosync.knet_ping_timeout = 1500"));
}

TEST(CorosyncConf, LocatesWhatACutLeavesOpen) {
  const model::Case c = decode("nodelist {\n  node {\n    name: node-a\n    nodeid: 1");
  EXPECT_THAT(facts_of(c), ElementsAre("3 corosync.node.1 = node-a", "1 corosync.node_count = 1"));
  EXPECT_THAT(problems_of(c), ElementsAre("2 this section is never closed with \"}\""));
  EXPECT_EQ(c.evidence[0].diagnostics[0].count, 2U);
}

TEST(CorosyncConf, GoesOnAfterBracesThatCloseNothing) {
  const model::Case c = decode("}\ntotem {\n}\n}\ntotem {\n  token: 1\n}\n");
  EXPECT_THAT(facts_of(c), ElementsAre("6 corosync.token = 1"));
  EXPECT_THAT(problems_of(c), ElementsAre("1 a \"}\" that closes nothing"));
}

TEST(CorosyncConf, SurvivesAnyDepth) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "totem {\n";
  for (int i = 0; i < 100'000; ++i) text += "}\n";
  const model::Case c = decode(text + "totem {\n  token: 9\n}\n");
  EXPECT_THAT(facts_of(c), ElementsAre("200002 corosync.token = 9"));
}

TEST(CorosyncConf, ClaimsItsOwnSectionsOnly) {
  EXPECT_EQ(claim("# c\n\ntotem {\n  version: 2\n}\n"), Claim::Certain);
  EXPECT_EQ(claim("logging {\n  debug: off\n}\nnodelist {\n"), Claim::Certain);
  for (const std::string_view text : {"", "logging {\n  debug: off\n}\n", "server {\n}\ntotem {\n}\n", "the totem {\n",
                                      "Feb 09 07:55:07 node-b corosync[1]:   [TOTEM ] totem {\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
