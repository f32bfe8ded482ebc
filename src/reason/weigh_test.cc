#include "reason/weigh.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reason/investigate.h"
#include "support/case_builder.h"
#include "support/temp_folder.h"

namespace inquest::reason {
namespace {

using inquest::testing::CaseBuilder;
using inquest::testing::utc;
using model::Channel;
using model::ClockDomain;
using model::Watch;
using ::testing::HasSubstr;

constexpr std::string_view kFlood = R"(id = "flood"
title = "The cellar was flooded"
kind = "root-cause"
explain = "Water stops a machine."
components = ["cellar"]

[[base]]
classes = ["unknown", "silent-hang"]
rate = 0.1
because = "It rains seldom."
source = "judgement"

[[expects]]
text = "a line of the pump"
any = ["rule pump.*"]
watched = "kernel-log"
strength = "strong"
because = "The pump is loud."
get = "cat /var/log/pump"

[[contradicted]]
all = ["observed dry"]
because = "Somebody saw that the floor was dry."
text = "A look at the floor"

[[action]]
text = "Buy a pump."
)";

constexpr std::string_view kMice = R"(id = "mice"
title = "Mice ate a cable"
kind = "root-cause"
explain = "They do."

[[base]]
classes = ["unknown", "silent-hang"]
rate = 0.3
because = "There are many."
source = "judgement"
)";

std::string sign(std::string_view id, std::string_view kind, std::string_view strength, std::string_view group) {
  return fmt::format(R"(id = "{0}"
title = "A person noted {1}"
class = "unknown"
severity = "info"
needs = ["person"]
group = "{3}"
explain = "Somebody looked."

[when]
all = ["observed {1}"]

[[supports]]
hypothesis = "flood"
strength = "{2}"
because = "Water was seen."
source = "judgement"

[[case]]
fires = ["observed {1} = seen"]

[[case]]
silent = ["observed nothing = seen"]
)",
                     id, kind, strength, group);
}

// A host that fell silent and was started again, the two hypotheses, and signs that a test adds.
class Weigh : public ::testing::Test {
 protected:
  Weigh() {
    folder_.write("hypotheses/flood.toml", kFlood);
    folder_.write("hypotheses/mice.toml", kMice);
    add_sign("pump.hums", "humming", "weak", "pump");  // nobody notes it: what the flood would leave
    const StreamId figures = build_.stream("up.csv", "telegraf", ClockDomain::Utc, Channel::Network, Watch::Liveness);
    for (int i = 0; i < 10; ++i)
      build_.sample(figures, "node-a", "system", "uptime", utc("2026-02-09T15:54:50Z") - i * 10 * kSecond,
                    9000 - i * 10);
    build_.sample(figures, "node-a", "system", "uptime", utc("2026-02-09T19:12:00Z"), 1089);
  }
  using StreamId = model::StreamId;

  void add_sign(std::string_view id, std::string_view kind, std::string_view strength, std::string_view group) {
    folder_.write(fmt::format("signs/x/{}.toml", id), sign(id, kind, strength, group));
  }
  void observe(std::string_view kind, std::string_view text) { build_.observation(kind, text, {}, "node-a"); }
  model::Incident run() {
    loaded_ = rules::KnowledgeBase::load(folder_.path());
    for (const Error& fault : loaded_.faults) ADD_FAILURE() << fault.text();
    Options options;
    options.knowledge = &loaded_.base;
    const model::Inquiry inquiry = investigate(build_.built(), options);
    EXPECT_EQ(inquiry.incidents.size(), 1U);
    return inquiry.incidents.empty() ? model::Incident() : inquiry.incidents.front();
  }
  static const model::Hypothesis& find(const model::Incident& incident, std::string_view id) {
    static const model::Hypothesis kNone;
    const auto found = std::ranges::find(incident.hypotheses, id, &model::Hypothesis::id);
    EXPECT_NE(found, incident.hypotheses.end()) << id;
    return found == incident.hypotheses.end() ? kNone : *found;
  }

  CaseBuilder build_;
  TempFolder folder_;
  rules::Loaded loaded_;
};

TEST_F(Weigh, SharesTheBaseRatesWhereNothingElseIsKnown) {
  const model::Incident incident = run();
  EXPECT_NEAR(find(incident, "mice").probability, 0.75, 1e-9);
  EXPECT_NEAR(find(incident, "flood").probability, 0.25, 1e-9);
  EXPECT_EQ(incident.hypotheses.front().id, "mice");
}

TEST_F(Weigh, MultipliesIndependentSigns) {
  add_sign("a.wet", "wet", "moderate", "wet");
  add_sign("b.smell", "smell", "strong", "smell");
  observe("wet", "the floor is wet");
  observe("smell", "it smells of water");
  // 0.1 x 3 x 10 against 0.3
  EXPECT_NEAR(find(run(), "flood").probability, 3.0 / 3.3, 1e-6);
}

TEST_F(Weigh, CountsSignsOfOneGroupOnce) {
  add_sign("a.wet", "wet", "moderate", "water");
  add_sign("b.smell", "smell", "strong", "water");
  observe("wet", "the floor is wet");
  observe("smell", "it smells of water");
  const model::Incident incident = run();
  const model::Hypothesis& flood = find(incident, "flood");
  EXPECT_NEAR(flood.probability, 1.0 / 1.3, 1e-6);
  ASSERT_EQ(flood.sum.size(), 2U);
  EXPECT_EQ(flood.sum[0].rule, "b.smell");
  EXPECT_EQ(flood.sum[1].log_odds, 0.0);
}

TEST_F(Weigh, RulesOutOnlyByWhatContradicts) {
  observe("dry", "the floor is dry");
  const model::Incident incident = run();
  EXPECT_EQ(find(incident, "flood").status, "ruled-out");
  EXPECT_EQ(find(incident, "flood").probability, 0.0);
  EXPECT_NEAR(find(incident, "mice").probability, 1.0, 1e-9);
  EXPECT_EQ(incident.hypotheses.back().id, "flood");
}

TEST_F(Weigh, AsksForATraceThatNothingWatchedFor) {
  const model::Incident incident = run();
  const model::Hypothesis& flood = find(incident, "flood");
  ASSERT_EQ(flood.missing.size(), 2U);
  EXPECT_THAT(flood.missing[0].text, HasSubstr("nothing is known to have watched"));
  EXPECT_THAT(flood.missing[1].text, HasSubstr("A look at the floor"));
  EXPECT_TRUE(flood.against.empty());
  EXPECT_TRUE(
      std::ranges::any_of(incident.actions, [](const auto& one) { return one.command == "cat /var/log/pump"; }));
}

TEST_F(Weigh, HoldsAMissingTraceAgainstItWhereItWasWatchedFor) {
  const StreamId log = build_.stream("kern.log", "syslog", ClockDomain::Utc, Channel::Disk, Watch::KernelLog, "node-a");
  for (int i = 0; i < 30; ++i)
    build_.line(log, utc("2026-02-09T12:54:00Z") + i * 6 * kMinute, "kernel", "usb 1-1: reset high-speed USB device");
  build_.line(log, utc("2026-02-09T15:54:20Z"), "kernel", "usb 1-1: reset high-speed USB device");
  const model::Incident incident = run();
  const model::Hypothesis& flood = find(incident, "flood");
  ASSERT_EQ(flood.against.size(), 1U);
  EXPECT_NEAR(flood.probability, 0.01 / 0.31, 1e-6);
}

TEST_F(Weigh, CountsAChangeByItsAge) {
  build_.observation("change", "the drain of the cellar was closed", utc("2026-02-09T15:00:00Z"), "node-a");
  const double fresh = find(run(), "flood").probability;
  build_.built().observations.back().from = utc("2026-01-09T15:00:00Z");
  const double old = find(run(), "flood").probability;
  EXPECT_GT(fresh, old);
  EXPECT_GT(old, 0.25);
}

}  // namespace
}  // namespace inquest::reason
