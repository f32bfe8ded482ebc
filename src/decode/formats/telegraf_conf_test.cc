#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder telegraf_conf_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using ::testing::HasSubstr;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(telegraf_conf_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text) { return telegraf_conf_decoder.sniff(head_of(text, "evidence1.txt")); }

TEST(TelegrafConf, GivesIntervalsInNanoseconds) {
  EXPECT_THAT(facts_of(decode("[agent]\ninterval = \"1m30s\"\nflush_interval = 10\nflush_jitter = 0.5\n"
                              "collection_jitter = '5s'\nprecision = \"ms\"\nround_interval = false\n")),
              ElementsAre("2 telegraf.interval = 90000000000", "3 telegraf.flush_interval = 10000000000",
                          "4 telegraf.flush_jitter = 500000000", "5 telegraf.collection_jitter = 5000000000",
                          "6 telegraf.precision = 1000000", "7 telegraf.round_interval = false"));
}

TEST(TelegrafConf, LeavesOutWhatIsCommentedOrLeftToTheDefault) {
  EXPECT_THAT(
      facts_of(decode("[agent]\n# interval = \"10s\"\nflush_interval = \"\"\nprecision = \"0s\"\nhostname = \"\"\n"
                      "# [[inputs.cpu]]\n[[inputs.mem]]\n")),
      ElementsAre("7 telegraf.input = mem"));
}

TEST(TelegrafConf, KeepsTheOrderOfTheFile) {
  EXPECT_THAT(facts_of(decode("[[outputs.file]]\n[[inputs.swap]]\n[[inputs.cpu]]\n[[inputs.swap]]\n")),
              ElementsAre("1 telegraf.output = file", "2 telegraf.input = swap", "3 telegraf.input = cpu",
                          "4 telegraf.input = swap"));
}

TEST(TelegrafConf, CountsNoTableWithinAnInput) {
  EXPECT_THAT(facts_of(decode("[[inputs.cpu]]\n[inputs.cpu.tags]\na = \"b\"\n")),
              ElementsAre("1 telegraf.input = cpu"));
  EXPECT_THAT(facts_of(decode("[[inputs.cpu]]\n[inputs.cpu.tags]\na = $B\n")), ElementsAre("1 telegraf.input = cpu"));
}

TEST(TelegrafConf, ReadsBrokenTomlLineByLine) {
  const model::Case c =
      decode("[agent]\ninterval = \"10s\"\nhostname = \"node-a\"\n[[inputs.cpu]]\npercpu = \n[[inputs.mem");
  EXPECT_THAT(facts_of(c), ElementsAre("2 node-a: telegraf.interval = 10000000000",
                                       "3 node-a: telegraf.hostname = node-a", "4 node-a: telegraf.input = cpu"));
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("5 not TOML")));
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
}

TEST(TelegrafConf, SaysThatADurationIsNone) {
  const model::Case c = decode("[agent]\ninterval = \"often\"\nround_interval = \"perhaps\"\n");
  EXPECT_THAT(facts_of(c), IsEmpty());
  EXPECT_THAT(problems_of(c), ElementsAre("2 interval is no duration such as \"10s\": \"often\"",
                                          "3 round_interval is neither true nor false"));
}

TEST(TelegrafConf, TellsItsFilesFromOtherToml) {
  for (const std::string_view text : {"[[inputs.ping]]\n", "# c\n\n[global_tags]\n[agent]\n  interval = \"10s\"\n"}) {
    EXPECT_EQ(claim(text), Claim::Certain) << text;
  }
  for (const std::string_view text :
       {"", "[agent]\nname = \"x\"\n", "# [[inputs.cpu]]\n", "see [[inputs.cpu]]\n", "interval = \"10s\"\n",
        "[package]\nname = \"x\"\n", "some text\n[[inputs.cpu]]\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
