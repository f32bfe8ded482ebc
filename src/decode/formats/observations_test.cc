#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder observations_decoder;

namespace {

using testing::decode_with;
using ::testing::ElementsAre;
using testing::facts_of;
using ::testing::HasSubstr;
using testing::head_of;
using ::testing::IsEmpty;
using testing::problems_of;

model::Case decode(std::string_view text) { return decode_with(observations_decoder, text, "evidence1.txt"); }
Claim claim(std::string_view text, std::string_view name = "evidence1.txt") {
  return observations_decoder.sniff(head_of(text, name));
}

Ns at(int hour, int minute, int second = 0, Ns fraction = 0) {
  return *from_civil({2026, 3, 11, hour, minute, second, fraction});
}

TEST(Observations, TakesEveryWayToWriteATime) {
  struct Row {
    std::string_view value;
    bool utc;
    Ns raw;
    Precision precision;
  };
  const Row rows[] = {
      {"2026-03-11T06:40:30Z", true, at(6, 40, 30), Precision::Second},
      {"2026-03-11T06:40:30+01:00", true, at(5, 40, 30), Precision::Second},
      {"2026-03-11 06:40:30", false, at(6, 40, 30), Precision::Second},
      {"2026-03-11T06:40:30.25", false, at(6, 40, 30, 250 * kMilli), Precision::Milli},
      {"2026-03-11T06:40:30.000001", false, at(6, 40, 30, kMicro), Precision::Micro},
      {"2026-03-11T06:40:30.000000001", false, at(6, 40, 30, 1), Precision::Nano},
      {"2026-03-11", false, at(0, 0), Precision::Day},
      {"\"2026-03-11\"", false, at(0, 0), Precision::Day},
      {"\"2026-03-11 06:40\"", false, at(6, 40), Precision::Minute},
      {"\"2026-03-11T06:40-08:00\"", true, at(14, 40), Precision::Minute},
      {"\" 2026-03-11T06:40:30,5 \"", false, at(6, 40, 30, 500 * kMilli), Precision::Milli},
      {"\"2026-03-11 06:40:30 UTC\"", true, at(6, 40, 30), Precision::Second},
  };
  for (const Row& row : rows) {
    const model::Case c = decode("[[observation]]\nkind = \"note\"\nat = " + std::string(row.value) + "\n");
    ASSERT_EQ(c.observations.size(), 1U) << row.value;
    const model::Observation& seen = c.observations[0];
    EXPECT_EQ(seen.from, row.raw) << row.value;
    EXPECT_EQ(seen.to, row.raw) << row.value;
    EXPECT_EQ(seen.precision, row.precision) << row.value;
    const auto clock = row.utc ? model::ClockDomain::Utc : model::ClockDomain::LocalWall;
    EXPECT_EQ(c.streams[seen.stream].clock, clock) << row.value;
    EXPECT_THAT(problems_of(c), IsEmpty()) << row.value;
  }
}

TEST(Observations, KeepsAnObservationWhoseTimeIsWrong) {
  for (const std::string_view value : {"\"yesterday\"", "\"2026-02-30\"", "\"2026-03-11 06:40 in the morning\"",
                                       "06:40:00", "7", "true", "[2026-03-11]", "\"\""}) {
    const model::Case c = decode("[[observation]]\nkind = \"note\"\nat = " + std::string(value) + "\ntext = \"x\"\n");
    ASSERT_EQ(c.observations.size(), 1U) << value;
    EXPECT_FALSE(c.observations[0].from || c.observations[0].to) << value;
    EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("3 \"at\" is"))) << value;
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial) << value;
  }
}

TEST(Observations, KeepsAllThatAPersonSaid) {
  const model::Case c = decode(
      "host = \"node-a\"\n[[observation]]\nkind = \"change\"\ntext = \"new card\"\nsense = \"touch\"\n"
      "module = \"vfio_pci\"\ncomponent = \"GPU\"\nsource = \"ticket\"\n[[observation]]\nkind = \"noise\"\n"
      "host = \"node-b\"\nto = 2026-03-11\n");
  ASSERT_EQ(c.observations.size(), 2U);
  const model::Observation& change = c.observations[0];
  EXPECT_EQ(c.str(change.host), "node-a");
  EXPECT_EQ(change.kind, "change");
  EXPECT_EQ(change.text, "new card");
  EXPECT_EQ(change.sense, "touch");
  EXPECT_EQ(change.module, "vfio_pci");
  EXPECT_EQ(change.component, "GPU");
  EXPECT_EQ(change.source, "ticket");
  EXPECT_EQ(change.cite.line, 2U);
  EXPECT_EQ(c.str(c.observations[1].host), "node-b");
  EXPECT_FALSE(c.observations[1].from);
  EXPECT_EQ(c.observations[1].to, at(0, 0));
  ASSERT_EQ(c.streams.size(), 1U);
  EXPECT_EQ(c.streams[0].channel, model::Channel::Person);
  EXPECT_TRUE(model::watches(c.streams[0].watch, model::Watch::Presence));
  EXPECT_TRUE(c.events.empty());
}

TEST(Observations, CitesTheWholeObservation) {
  const std::string text =
      "[[observation]]\ntext = \"\"\"\na\nb\"\"\"\nkind = \"note\"\n\n[[observation]]\nkind = \"note\"\n";
  const model::Case c = decode(text);
  ASSERT_EQ(c.observations.size(), 2U);
  EXPECT_EQ(c.quote(c.observations[0].cite), "[[observation]]\ntext = \"\"\"\na\nb\"\"\"\nkind = \"note\"");
  EXPECT_EQ(c.quote(c.observations[1].cite), "[[observation]]\nkind = \"note\"");
}

TEST(Observations, RefusesMalformedTomlAndSaysWhatToDo) {
  const model::Case c = decode("host = \"node-a\"\n[[observation]]\nkind = \"note\"\nat = 2026-03-11 06:40\n");
  EXPECT_EQ(c.evidence[0].status, model::Outcome::Refused);
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("4 not TOML")));
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("\"2026-02-09 07:55\"")));
  EXPECT_TRUE(c.observations.empty());
}

TEST(Observations, RefusesNoZoneButTheOneThatDoesNotExist) {
  EXPECT_THAT(facts_of(decode("timezone = \"America/Los_Angeles\"\n")),
              ElementsAre("1 timezone = America/Los_Angeles"));
  const model::Case c = decode("host = \"node-a\"\ntimezone = \"America/Los_angeles_\"\n");
  EXPECT_THAT(facts_of(c), ElementsAre("1 host = node-a"));
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("2 no time zone is called \"America/Los_angeles_\"")));
}

TEST(Observations, NamesTheKindsThatItKnows) {
  const model::Case c = decode("[[observation]]\nkind = \"console-died\"\n");
  ASSERT_EQ(c.observations.size(), 1U);
  EXPECT_EQ(c.observations[0].kind, "console-died");
  EXPECT_THAT(problems_of(c), ElementsAre(HasSubstr("known are console-dead, ")));
}

TEST(Observations, TakesOneObservationInSingleBrackets) {
  EXPECT_EQ(decode("[observation]\nkind = \"smell\"\n").observations.size(), 1U);
  EXPECT_THAT(problems_of(decode("observation = 3\n")),
              ElementsAre("1 \"observation\" is a whole number, expected was [[observation]]"));
}

TEST(Observations, ClaimsWhatIsItsOwn) {
  EXPECT_EQ(claim("# notes\n[[observation]]\n"), Claim::Certain);
  EXPECT_EQ(claim("timezone = \"UTC\"\nhost = \"a\"\n"), Claim::Certain);
  EXPECT_EQ(claim("[cluster]\nnodes = { 1 = \"a\" }\n"), Claim::Certain);
  EXPECT_EQ(claim("it was dead\n", "observations.toml"), Claim::Likely);
  EXPECT_EQ(claim("", "observations.toml"), Claim::No);
  for (const std::string_view text : {"", "host = \"0.0.0.0\"\n", "timezone = \"UTC\"\nport = 80\n",
                                      "[server]\ntimezone = \"UTC\"\n", "see [[observation]]\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
