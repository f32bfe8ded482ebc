#include "record/vital_signs.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using Kind = VitalChange::Kind;

constexpr Ns kStart = 1'770'000'000 * kSecond;

// Hosts and a clock of its own: what arrives, and a tick each second.
class Ward {
 public:
  VitalSigns vital;
  Ns steady = kHour;
  Ns wall = kStart;
  std::vector<VitalChange> changes;

  void pass(Ns length) {
    const Ns until = steady + length;
    while (steady < until) step(std::min(kSecond, until - steady));
  }
  void step(Ns length) {
    steady += length;
    wall += length;
    vital.tick(steady, wall);
    for (VitalChange& change : vital.take_changes()) changes.push_back(std::move(change));
  }
  Sign telemetry(std::string_view host, std::string_view measurement = "cpu") const {
    Sign sign;
    sign.host = host;
    sign.witness = "telemetry telegraf";
    sign.source = measurement;
    sign.peer = "192.0.2.1";
    sign.steady = steady;
    sign.received = wall;
    sign.stated = wall;
    return sign;
  }
  Sign log(std::string_view host) const {
    Sign sign = telemetry(host, "");
    sign.witness = "syslog";
    sign.sampled = false;
    return sign;
  }
  void hear(const Sign& sign) {
    vital.sign(sign);
    for (VitalChange& change : vital.take_changes()) changes.push_back(std::move(change));
  }
  // Telemetry of the hosts each ten seconds.
  void live(const std::vector<std::string>& hosts, Ns length) {
    for (const Ns until = steady + length; steady < until; pass(10 * kSecond)) {
      for (const std::string& host : hosts) hear(telemetry(host));
    }
  }
  size_t count(Kind kind) const { return static_cast<size_t>(std::ranges::count(changes, kind, &VitalChange::kind)); }
  VitalState state(std::string_view host) const { return vital.state(host).value_or(VitalState::Off); }
};

TEST(VitalSigns, GoFromAliveToDeadAsTheSilenceGrows) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  const Ns last = ward.wall;
  ward.hear(ward.telemetry("a"));
  std::vector<VitalState> seen;
  for (int i = 0; i < 90; ++i) {
    if (i % 10 == 0) ward.hear(ward.telemetry("b"));
    ward.step(kSecond);
    if (seen.empty() || seen.back() != ward.state("a")) seen.push_back(ward.state("a"));
  }
  EXPECT_EQ(seen, (std::vector{VitalState::Alive, VitalState::Suspect, VitalState::Silent, VitalState::Dead}));
  EXPECT_EQ(ward.state("b"), VitalState::Alive);
  ASSERT_EQ(ward.changes.size(), 1U);
  const VitalChange& death = ward.changes[0];
  EXPECT_EQ(death.kind, Kind::Dead);
  EXPECT_EQ(death.host, "a");
  ASSERT_TRUE(death.death.after && death.death.before);
  EXPECT_EQ(death.death.after->ns, last);
  EXPECT_EQ(death.death.before->ns, last + 10 * kSecond);
  EXPECT_LE(death.received - last, 31 * kSecond);
  EXPECT_NE(death.text.find("one path"), std::string::npos) << death.text;
}

TEST(VitalSigns, AJitteredPaceNeverAlarmsOverWeeks) {
  // Sampling each ten seconds, flushed up to ten seconds later, one batch in two hundred lost, a pause of half a minute
  // once a day.
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> jitter(0, 10);
  Ward ward;
  Ns next_a = ward.steady;
  Ns next_b = ward.steady;
  const Ns end = ward.steady + 21 * kDay;
  for (Ns now = ward.steady; now < end; now += kSecond) {
    ward.steady = now;
    ward.wall = kStart + now;
    for (auto [host, next] : {std::pair{"a", &next_a}, std::pair{"b", &next_b}}) {
      if (now < *next) continue;
      if (random() % 200 != 0) ward.hear(ward.telemetry(host));
      const Ns planned = now - now % (10 * kSecond) + 10 * kSecond;
      *next = planned + static_cast<Ns>(jitter(random) * 1e9);
      if (random() % 8640 == 0) *next += 20 * kSecond;
    }
    ward.vital.tick(now, ward.wall);
  }
  for (const VitalChange& change : ward.vital.take_changes()) ADD_FAILURE() << change.text;
}

TEST(VitalSigns, ASourceThatStopsWhileItsHostGoesOnIsNoDeath) {
  Ward ward;
  for (int i = 0; i < 120; ++i) {
    for (const char* measurement : {"cpu", "mem"}) ward.hear(ward.telemetry("a", measurement));
    ward.hear(ward.log("a"));
    ward.pass(10 * kSecond);
  }
  for (int i = 0; i < 60; ++i) {  // the collector stops
    ward.hear(ward.log("a"));
    ward.pass(10 * kSecond);
  }
  EXPECT_TRUE(ward.changes.empty());
  EXPECT_EQ(ward.state("a"), VitalState::Alive);
  ward.pass(2 * kMinute);
  EXPECT_EQ(ward.count(Kind::Dead), 1U);
}

TEST(VitalSigns, LogLinesWithoutAPaceAccuseNobody) {
  std::mt19937_64 random(3);
  Ward ward;
  for (int i = 0; i < 400; ++i) {
    ward.hear(ward.log("a"));
    // A few of them together, and hours of nothing.
    ward.pass(random() % 3 == 0 ? static_cast<Ns>(random() % 7'000) * kSecond
                                : static_cast<Ns>(random() % 5 + 1) * kSecond);
  }
  ward.pass(3 * kHour);
  EXPECT_TRUE(ward.changes.empty());
}

TEST(VitalSigns, ASlowerPaceIsLearned) {
  Ward ward;
  ward.live({"a", "b"}, 10 * kMinute);
  for (int i = 0; i < 100; ++i) {  // each 25 seconds from here on
    ward.hear(ward.telemetry("a"));
    ward.hear(ward.telemetry("b"));
    ward.pass(25 * kSecond);
  }
  EXPECT_TRUE(ward.changes.empty());
  EXPECT_EQ(ward.vital.rows(ward.steady, ward.wall).at(0).pace, 25 * kSecond);
}

TEST(VitalSigns, AShutdownInOrderIsNoDeath) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  ward.vital.leaving("a", ward.steady);
  ward.live({"b"}, 20 * kMinute);
  EXPECT_TRUE(ward.changes.empty());
  EXPECT_EQ(ward.state("a"), VitalState::Off);
  ward.live({"a", "b"}, kMinute);
  EXPECT_EQ(ward.state("a"), VitalState::Off) << "not before something says that it is back";
  ward.live({"a", "b"}, 2 * kMinute);
  EXPECT_EQ(ward.state("a"), VitalState::Alive);
  EXPECT_TRUE(ward.changes.empty());
}

TEST(VitalSigns, AShutdownThatNeverCameProtectsNoLongerThanItsTime) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  ward.vital.leaving("a", ward.steady);
  ward.live({"a", "b"}, 20 * kMinute);
  ward.live({"b"}, 2 * kMinute);
  EXPECT_EQ(ward.count(Kind::Dead), 1U);
}

TEST(VitalSigns, MaintenanceIsNoDeathUntilItEnds) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  ward.vital.maintenance("a", ward.steady, kHour);
  ward.live({"b"}, 59 * kMinute);
  EXPECT_TRUE(ward.changes.empty());
  EXPECT_TRUE(ward.vital.rows(ward.steady, ward.wall).at(0).maintenance);
  ward.live({"b"}, 5 * kMinute);
  EXPECT_EQ(ward.count(Kind::Dead), 1U);
}

TEST(VitalSigns, OneOutageNotFiveHundredDeaths) {
  Ward ward;
  std::vector<std::string> hosts;
  for (int i = 0; i < 500; ++i) hosts.push_back(fmt::format("node{:03}", i));
  ward.live(hosts, 3 * kMinute);
  ward.pass(kHour);
  ASSERT_EQ(ward.changes.size(), 1U) << ward.changes[1].text;
  EXPECT_EQ(ward.changes[0].kind, Kind::Outage);
  EXPECT_EQ(ward.changes[0].host, "");
  EXPECT_EQ(ward.changes[0].hosts.size(), 500U);
  EXPECT_NE(ward.changes[0].text.find("the recorder"), std::string::npos);
  // One of them does not come back.
  hosts.pop_back();
  ward.live(hosts, 3 * kMinute);
  EXPECT_EQ(ward.count(Kind::OutageOver), 1U);
  ASSERT_EQ(ward.count(Kind::Dead), 1U);
  EXPECT_EQ(ward.changes.back().host, "node499");
}

TEST(VitalSigns, ARelayThatFailsIsBlamedInsteadOfItsHosts) {
  Ward ward;
  const auto speak = [&](bool relay) {
    for (const char* host : {"a", "b", "c"}) {
      Sign sign = ward.telemetry(host);
      sign.peer = "192.0.2.99";
      if (relay) ward.hear(sign);
    }
    ward.hear(ward.telemetry("elsewhere"));
    ward.pass(10 * kSecond);
  };
  for (int i = 0; i < 30; ++i) speak(true);
  for (int i = 0; i < 30; ++i) speak(false);
  ASSERT_EQ(ward.changes.size(), 1U);
  EXPECT_EQ(ward.changes[0].kind, Kind::Outage);
  EXPECT_EQ(ward.changes[0].host, "192.0.2.99");
}

TEST(VitalSigns, GuestsAreNotBlamedForTheNodeThatSpeaksForThem) {
  Ward ward;
  const auto speak = [&] {
    ward.hear(ward.telemetry("other"));
    ward.pass(10 * kSecond);
  };
  for (int i = 0; i < 30; ++i) {
    for (const char* host : {"pve1", "web", "db"}) {
      Sign sign = ward.telemetry(host);
      sign.peer = "192.0.2.50";
      sign.reporter = "pve1";
      ward.hear(sign);
    }
    speak();
  }
  for (int i = 0; i < 30; ++i) speak();
  ASSERT_EQ(ward.changes.size(), 1U) << ward.changes[1].text;
  EXPECT_EQ(ward.changes[0].kind, Kind::Dead);
  EXPECT_EQ(ward.changes[0].host, "pve1");
}

TEST(VitalSigns, AGuestThatHangsDiesAlthoughItsNodeSaysThatItRuns) {
  Ward ward;
  const auto report = [&](Ns uptime) {
    Sign sign = ward.telemetry("web", "system");
    sign.witness = "telemetry proxmox by pve1";
    sign.reporter = "pve1";
    sign.uptime = uptime;
    ward.hear(sign);
    ward.hear(ward.telemetry("pve1"));
  };
  // Its machine was started a minute before its kernel, and neither uptime is a reset of the other.
  for (int i = 0; i < 60; ++i) {
    report(kDay + i * 10 * kSecond);
    ward.pass(4 * kSecond);
    Sign own = ward.telemetry("web", "system");
    own.uptime = kDay - kMinute + i * 10 * kSecond;
    if (i >= 10) ward.hear(own);
    ward.pass(6 * kSecond);
  }
  EXPECT_TRUE(ward.changes.empty()) << ward.changes[0].text;
  Ward later;
  later.wall = ward.wall;
  later.vital.recall(ward.vital.memories(ward.steady, ward.wall), later.steady, later.wall);
  for (Ward* each : {&ward, &later}) {
    for (int i = 0; i < 30; ++i) {
      Sign sign = each->telemetry("web", "system");
      sign.witness = "telemetry proxmox by pve1";
      sign.reporter = "pve1";
      each->hear(sign);
      each->hear(each->telemetry("pve1"));
      each->pass(10 * kSecond);
    }
    ASSERT_EQ(each->changes.size(), 1U);
    EXPECT_EQ(each->changes[0].kind, Kind::Dead);
    EXPECT_EQ(each->changes[0].host, "web");
  }
}

TEST(VitalSigns, AYearForthAndBackOnTheWallClockKillsNobody) {
  for (const Ns jump : {365 * kDay, -365 * kDay}) {
    Ward ward;
    ward.live({"a", "b"}, 5 * kMinute);
    ward.wall += jump;
    for (int i = 0; i < 30; ++i) {
      for (const char* host : {"a", "b"}) {
        Sign sign = ward.telemetry(host);
        *sign.stated -= jump;  // the hosts' own clocks are right
        ward.hear(sign);
      }
      ward.pass(10 * kSecond);
    }
    EXPECT_TRUE(ward.changes.empty());
    EXPECT_EQ(ward.state("a"), VitalState::Alive);
  }
}

TEST(VitalSigns, WhatTheRecorderDidNotHearWhileItStoodStillIsNoSilence) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  ward.step(10 * kMinute);
  EXPECT_TRUE(ward.changes.empty());
  ward.live({"a", "b"}, 5 * kMinute);
  EXPECT_TRUE(ward.changes.empty());
}

TEST(VitalSigns, AReturnTellsResetFromALostNetwork) {
  struct Case {
    Ns uptime;
    bool same_boot;
  };
  for (const Case& each : {Case{10 * kMinute, false}, Case{50 * kHour + 2 * kHour + 5 * kMinute, true}}) {
    Ward ward;
    for (int i = 0; i < 30; ++i) {
      for (const char* host : {"a", "b"}) {
        Sign sign = ward.telemetry(host, "system");
        sign.uptime = 50 * kHour + i * 10 * kSecond;
        ward.hear(sign);
      }
      ward.pass(10 * kSecond);
    }
    ward.live({"b"}, 2 * kHour);
    ASSERT_EQ(ward.count(Kind::Dead), 1U);
    Sign sign = ward.telemetry("a", "system");
    sign.uptime = each.uptime;
    ward.hear(sign);
    ASSERT_EQ(ward.changes.back().kind, Kind::Returned);
    ASSERT_TRUE(ward.changes.back().same_boot);
    EXPECT_EQ(*ward.changes.back().same_boot, each.same_boot);
    if (!each.same_boot) {
      ASSERT_TRUE(ward.changes.back().reset.before);
      EXPECT_EQ(ward.changes.back().reset.before->ns, ward.wall - each.uptime);
    }
  }
}

TEST(VitalSigns, WhoIsBackHasTimeToFindItsPace) {
  for (const bool regular : {false, true}) {
    SCOPED_TRACE(regular);
    Ward ward;
    const auto both = [&](Ns length) { ward.live({"a", "b"}, length); };
    const auto live = [&](Ns uptime) {
      Sign sign = ward.telemetry("a", "system");
      sign.uptime = uptime;
      ward.hear(sign);
    };
    live(kDay);
    both(5 * kMinute);
    ward.live({"b"}, 2 * kMinute);
    ASSERT_EQ(ward.count(Kind::Dead), 1U);
    live(kMinute);
    ASSERT_EQ(ward.count(Kind::Returned), 1U);
    if (regular) both(2 * kMinute);
    ward.live({"b"}, 5 * kMinute);
    EXPECT_EQ(ward.count(Kind::Dead), regular ? 2U : 1U);
    ward.live({"b"}, 6 * kMinute);
    EXPECT_EQ(ward.count(Kind::Dead), 2U);
  }
}

TEST(VitalSigns, AResetBetweenTwoSignsIsNoticedByTheUptime) {
  Ward ward;
  for (int i = 0; i < 30; ++i) {
    Sign sign = ward.telemetry("a", "system");
    sign.uptime = 50 * kHour + i * 10 * kSecond;
    ward.hear(sign);
    ward.pass(10 * kSecond);
  }
  const Ns before = ward.wall - 10 * kSecond;
  ward.pass(10 * kSecond);
  Sign sign = ward.telemetry("a", "system");
  sign.uptime = 6 * kSecond;
  ward.hear(sign);
  ASSERT_EQ(ward.changes.size(), 2U);
  EXPECT_EQ(ward.changes[0].kind, Kind::Dead);
  EXPECT_EQ(ward.changes[0].death.after->ns, before);
  EXPECT_LE(ward.changes[0].death.before->ns, ward.wall - 6 * kSecond);
  EXPECT_EQ(ward.changes[1].kind, Kind::Returned);
}

TEST(VitalSigns, APanicsLastWordsAreNoReturn) {
  Ward ward;
  ward.live({"a", "b"}, 5 * kMinute);
  ward.vital.died("a", ward.steady);
  Sign words = ward.log("a");
  words.witness = "netconsole";
  words.kernel = true;
  ward.hear(words);
  ward.hear(ward.telemetry("a"));
  ward.live({"b"}, 5 * kMinute);
  EXPECT_TRUE(ward.changes.empty());
  EXPECT_EQ(ward.state("a"), VitalState::Dead);
  words = ward.log("a");
  words.kernel = true;
  words.banner = true;
  ward.hear(words);
  ASSERT_EQ(ward.changes.size(), 1U);
  EXPECT_EQ(ward.changes[0].kind, Kind::Returned);
  EXPECT_EQ(ward.changes[0].same_boot, false);
}

TEST(VitalSigns, OutliveARestartOfTheRecorder) {
  Ward before;
  before.live({"a", "b", "c"}, 10 * kMinute);
  before.live({"b", "c"}, 2 * kMinute);
  ASSERT_EQ(before.count(Kind::Dead), 1U);
  const Ns last = before.wall - 10 * kSecond;
  Ward after;
  after.wall = before.wall + 10 * kMinute;
  after.vital.recall(before.vital.memories(before.steady, before.wall), after.steady, after.wall);
  EXPECT_EQ(after.state("a"), VitalState::Dead) << "it is not found dead twice";
  for (const VitalRow& row : after.vital.rows(after.steady, after.wall)) {
    EXPECT_EQ(row.quiet, after.wall - *row.last) << row.host;
    EXPECT_GE(row.quiet, 10 * kMinute) << row.host;
  }
  const Ns heard_from = after.wall;
  after.live({"b"}, 2 * kMinute);  // c died meanwhile
  ASSERT_EQ(after.changes.size(), 1U);
  EXPECT_EQ(after.changes[0].host, "c");
  EXPECT_EQ(after.changes[0].death.after->ns, last);
  EXPECT_GT(after.changes[0].death.before->ns, heard_from) << "nobody listened before";
}

TEST(VitalSigns, KeepTheirMemoryWithinBoundsWhateverNamesAreForged) {
  Ward ward;
  for (size_t i = 0; i < VitalSigns::kMostHosts + 100; ++i) ward.hear(ward.telemetry(fmt::format("forged{}", i)));
  for (size_t i = 0; i < Pulse::kMostSources + 100; ++i) ward.hear(ward.telemetry("forged0", fmt::format("m{}", i)));
  EXPECT_EQ(ward.vital.rows(ward.steady, ward.wall).size(), VitalSigns::kMostHosts);
}

}  // namespace
}  // namespace inquest::record
