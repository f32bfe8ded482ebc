#include "decode/sink.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

class SinkTest : public ::testing::Test {
 protected:
  SinkTest() {
    model::Evidence& evidence = case_.evidence.emplace_back();
    evidence.path = "bundle.tar.gz!/var/log/syslog";
    evidence.status = model::Outcome::Clean;
    stream_ = sink_.open_stream({});
  }

  model::EventId say(std::string_view ident, std::string_view message, uint32_t text_at = 0) {
    return sink_.event({.stream = stream_, .ident = sink_.intern(ident), .message = message, .text_at = text_at});
  }

  model::Case case_;
  Sink sink_{case_, 0};
  model::StreamId stream_ = 0;
};

TEST_F(SinkTest, KnowsTheFileByItsLastName) {
  EXPECT_EQ(sink_.file_name(), "syslog");
  case_.evidence[0].path = "syslog";
  EXPECT_EQ(sink_.file_name(), "syslog");
}

TEST_F(SinkTest, InternsLikeThePoolWhateverItsCacheHolds) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 2000; ++i) {
      const std::string text = fmt::format("a-long-common-prefix-{}-and-a-long-common-suffix", i);
      ASSERT_EQ(case_.str(sink_.intern(text)), text);
      ASSERT_EQ(sink_.intern(text), case_.strings.find(text));
    }
  }
  EXPECT_EQ(sink_.intern(""), 0U);
}

TEST_F(SinkTest, RecordsTheLandmarkThatAMessageIs) {
  say("sshd", "Linux version 6.1.0 is what I run");
  const model::EventId id = say("kernel", "Linux version 6.17.9-1-pve (build@proxmox)");
  ASSERT_EQ(case_.landmarks.size(), 1U);
  EXPECT_EQ(case_.landmarks[0].event, id);
  EXPECT_EQ(case_.str(case_.landmarks[0].text), "6.17.9-1-pve");
}

TEST_F(SinkTest, HearsTheRightVoiceAmongManyPrograms) {
  for (int i = 0; i < 500; ++i) {
    say(fmt::format("program-{}", i), "Kernel panic - not syncing: not me");
    say("kernel", "Kernel panic - not syncing: me");
  }
  EXPECT_EQ(case_.landmarks.size(), 500U);
  EXPECT_EQ(case_.events.size(), 1000U);
}

TEST_F(SinkTest, ALandmarksTextHasABound) {
  say("kernel", "BUG: " + std::string(100'000, 'x'));
  ASSERT_EQ(case_.landmarks.size(), 1U);
  EXPECT_EQ(case_.str(case_.landmarks[0].text).size(), 4096U);
}

TEST_F(SinkTest, KeepsAMessageThatItsEventCannotPointTo) {
  EXPECT_EQ(case_.message(say("a", "stored", EventRecord::kStored)), "stored");
  EXPECT_EQ(case_.message(say("a", "far behind in its record", 0x10000)), "far behind in its record");
  EXPECT_EQ(case_.events[say("a", "near", 0xFFFF)].flags & model::Event::kStoredText, 0);
}

TEST_F(SinkTest, KeepsTheSameProblemOnceWithItsFirstPlace) {
  sink_.problem({100, 5, 7}, "cut line");
  sink_.problem({200, 5, 9}, "cut line");
  const auto& diagnostics = case_.evidence[0].diagnostics;
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].offset, 100U);
  EXPECT_EQ(diagnostics[0].line, 7U);
  EXPECT_EQ(diagnostics[0].count, 2U);
  EXPECT_EQ(case_.evidence[0].status, model::Outcome::Partial);
}

TEST_F(SinkTest, CountsAllFurtherProblemsUnderOne) {
  for (uint32_t i = 1; i <= 60; ++i) sink_.problem({i, 1, i}, fmt::format("problem {}", i));
  sink_.problem({99, 1, 99}, "problem 1");
  const auto& diagnostics = case_.evidence[0].diagnostics;
  ASSERT_EQ(diagnostics.size(), 51U);
  EXPECT_EQ(diagnostics[0].count, 2U) << "one that is known is counted as itself";
  EXPECT_EQ(diagnostics[50].message, "further problems");
  EXPECT_EQ(diagnostics[50].count, 10U);
  EXPECT_EQ(diagnostics[50].line, 51U);
}

TEST_F(SinkTest, RefusalIsFinal) {
  sink_.refuse({0, 0, 0}, "not one of us");
  sink_.problem({5, 1, 1}, "and broken");
  EXPECT_EQ(case_.evidence[0].status, model::Outcome::Refused);
  EXPECT_EQ(case_.evidence[0].diagnostics.size(), 2U);
}

TEST_F(SinkTest, EverythingItTakesCitesItsEvidence) {
  case_.evidence.emplace_back();
  Sink second(case_, 1);
  const model::StreamId stream = second.open_stream({});
  second.fact("pve1", "kernel.release", "6.17", {10, 4, 2});
  second.observe({.kind = "note", .stream = stream});
  second.claim_boot({.stream = stream});
  const model::SeriesId series = second.series(0, "cpu", "", "usage_idle", stream);
  second.sample(series, 5, 99.5, {30, 8, 3});
  EXPECT_EQ(case_.streams[stream].evidence, 1U);
  EXPECT_EQ(case_.facts[0].cite, (model::Citation{1, 2, 10, 4}));
  EXPECT_EQ(case_.observations[0].cite.evidence, 1U);
  EXPECT_EQ(case_.boot_claims[0].cite.evidence, 1U);
  EXPECT_EQ(case_.series[series].samples[0].evidence, 1U);
  EXPECT_EQ(case_.series[series].samples[0].line, 3U);
}

}  // namespace
}  // namespace inquest::decode
