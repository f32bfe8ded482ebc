#include "record/incident_book.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/memory_store.h"

namespace inquest::record {
namespace {

constexpr Ns kNoon = 1'770'000'000 * kSecond;

StreamedCrash crash(std::string title, std::string type, bool panicked) {
  StreamedCrash out;
  out.host = "pve1";
  out.source = "netconsole";
  out.crash.title = std::move(title);
  out.crash.signature = out.crash.title;
  out.crash.type = std::move(type);
  out.crash.panicked = panicked;
  out.time = kNoon;
  out.last = kNoon + 20 * kMilli;
  out.excerpt = "text";
  return out;
}

VitalChange change(VitalChange::Kind kind) {
  VitalChange out;
  out.kind = kind;
  out.host = "pve1";
  out.received = kNoon + 40 * kSecond;
  out.text = "why";
  if (kind == VitalChange::Kind::Dead) {
    out.death = {Instant{kNoon, Precision::Second}, Instant{kNoon + 10 * kSecond, Precision::Second}};
  }
  return out;
}

class Book : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    auto opened = IncidentBook::open(store, steady);
    ASSERT_TRUE(opened);
    book.emplace(std::move(*opened));
  }
  // Lets time pass; whatever is due is examined, with nothing found.
  void pass(Ns length) {
    for (const Ns until = steady + length; steady < until;) {
      steady += kSecond;
      EXPECT_TRUE(book->tick(steady, kNoon + steady));
      for (const Incident& due : book->take_due()) {
        ++examinations;
        book->examined(due.id, {R"({"incidents":[]})", {}, {}, {}}, steady);
      }
      for (Notice& notice : book->take_notices()) told.push_back(notice.change);
    }
  }
  std::vector<Incident> all() {
    std::vector<Incident> out;
    const auto kept = store.incidents({}).value();
    for (const store::KeptIncident& each : kept) out.push_back(incident_of(each).value());
    return out;
  }

  testing::MemoryStore store;
  Ns steady = kHour;
  std::optional<IncidentBook> book;
  std::vector<std::string> told;
  int examinations = 0;
};

TEST_F(Book, APanicAndTheSilenceAfterItAreOneIncident) {
  book->crash(crash("kernel BUG in f", "BUG", false), steady, kNoon);
  book->crash(crash("kernel panic: Fatal exception", "DoS", true), steady, kNoon);
  pass(20 * kSecond);
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].title, "kernel BUG in f");
  EXPECT_EQ(all()[0].incident_class, "kernel-panic");
  EXPECT_EQ(all()[0].kind, IncidentKind::Death);
  EXPECT_EQ(all()[0].reports.size(), 2U);
  EXPECT_EQ(all()[0].death.after->ns, kNoon);
  EXPECT_EQ(told, (std::vector<std::string>{"opened"}));
  book->change(change(VitalChange::Kind::Returned), steady, kNoon);
  pass(2 * kMinute);
  EXPECT_FALSE(all()[0].open);
  EXPECT_EQ(told, (std::vector<std::string>{"opened", "closed"}));
  EXPECT_EQ(examinations, 2);
}

TEST_F(Book, ANearDeathClosesWhenNothingFollows) {
  book->crash(crash("BUG: soft lockup in f", "HANG", false), steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].kind, IncidentKind::NearDeath);
  EXPECT_EQ(all()[0].incident_class, "soft-lockup");
  EXPECT_TRUE(all()[0].open);
  pass(IncidentBook::kCalm);
  EXPECT_FALSE(all()[0].open);
  EXPECT_EQ(told, (std::vector<std::string>{"opened", "closed"}));
}

TEST_F(Book, ANearDeathThatBecomesADeathIsToldOnce) {
  book->crash(crash("kernel BUG in f", "BUG", false), steady, kNoon);
  pass(kMinute);
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].kind, IncidentKind::Death);
  EXPECT_EQ(told, (std::vector<std::string>{"opened", "died"}));
}

TEST_F(Book, TheSameReportOverTwoWaysIsOne) {
  StreamedCrash twice = crash("kernel BUG in f", "BUG", false);
  book->crash(twice, steady, kNoon);
  twice.source = "journal";
  book->crash(twice, steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].reports.size(), 1U);
}

TEST_F(Book, WhatDoesNotEndangerAHostOpensNothing) {
  StreamedCrash harmless = crash("ata error", "ATA-ERROR", false);
  harmless.opens = false;
  book->crash(harmless, steady, kNoon);
  pass(kMinute);
  EXPECT_TRUE(all().empty());
}

TEST_F(Book, ALossBeforeItIsOverBelongsToIt) {
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  VitalChange back = change(VitalChange::Kind::Returned);
  back.same_boot = false;
  book->change(back, steady, kNoon);
  pass(30 * kSecond);
  VitalChange again = change(VitalChange::Kind::Dead);
  again.death = {Instant{kNoon + kHour, Precision::Second}, Instant{kNoon + kHour + kSecond, Precision::Second}};
  book->change(again, steady, kNoon);
  pass(10 * kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_TRUE(all()[0].open);
  EXPECT_EQ(all()[0].silent.after->ns, kNoon) << "the first is what is examined";
  book->change(back, steady, kNoon);
  pass(10 * kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_FALSE(all()[0].open);
  EXPECT_EQ(told, (std::vector<std::string>{"opened", "closed"}));
}

TEST_F(Book, AResetThatNobodySawComingIsNoSilence) {
  VitalChange reset = change(VitalChange::Kind::Dead);
  reset.reset = {reset.death.before, reset.death.before};
  book->change(reset, steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].incident_class, "unknown");
  EXPECT_EQ(all()[0].title, "pve1 was reset without a word");
  EXPECT_FALSE(all()[0].silent.after);
}

TEST_F(Book, AHostThatWasOnlyCutOffIsCalledSo) {
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  VitalChange back = change(VitalChange::Kind::Returned);
  back.same_boot = true;
  book->change(back, steady, kNoon);
  pass(2 * kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].incident_class, "network-loss");
}

TEST_F(Book, AnOutageIsOneIncidentAndClosesByItself) {
  VitalChange outage = change(VitalChange::Kind::Outage);
  outage.host = "";
  outage.hosts = {"a", "b", "c"};
  book->change(outage, steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].kind, IncidentKind::Outage);
  EXPECT_NE(all()[0].title.find("3 hosts"), std::string::npos);
  outage.kind = VitalChange::Kind::OutageOver;
  book->change(outage, steady, kNoon);
  pass(kMinute);
  EXPECT_FALSE(all()[0].open);
  EXPECT_EQ(examinations, 0);
}

TEST_F(Book, OpenIncidentsOutliveARestart) {
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  reopen();
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(told, (std::vector<std::string>{"opened"})) << "nobody is told twice";
  book->change(change(VitalChange::Kind::Returned), steady, kNoon);
  pass(2 * kMinute);
  EXPECT_FALSE(all()[0].open);
}

TEST_F(Book, AnIncidentWhoseHostWasBackClosesAfterARestart) {
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  pass(kMinute);
  VitalChange back = change(VitalChange::Kind::Returned);
  back.same_boot = false;
  book->change(back, steady, kNoon);
  pass(2 * kSecond);
  reopen();
  pass(kMinute);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_FALSE(all()[0].open);
}

TEST_F(Book, PeopleAreToldWithoutAnExaminationThatNeverEnds) {
  book->change(change(VitalChange::Kind::Dead), steady, kNoon);
  for (int i = 0; i < 60; ++i) {
    steady += kSecond;
    EXPECT_TRUE(book->tick(steady, kNoon));
    for (Notice& notice : book->take_notices()) told.push_back(notice.change);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"opened"}));
}

TEST(Incident, SurvivesItsJson) {
  Incident incident;
  incident.id = 7;
  incident.host = "pve1";
  incident.open = false;
  incident.kind = IncidentKind::NearDeath;
  incident.incident_class = "soft-lockup";
  incident.title = "BUG: \xff soft lockup";
  incident.opened = kNoon;
  incident.closed = kNoon + kHour;
  incident.death = {Instant{kNoon, Precision::Second}, {}};
  incident.same_boot = true;
  incident.reasons = {"a", "b"};
  incident.reports = {{"t", "HANG", "s", "syslog", kNoon, true, "x\ny"}};
  incident.addresses = {"192.0.2.7"};
  incident.told = {"opened"};
  incident.examination = R"({"incidents":[]})";
  const auto again = incident_of(to_json(incident));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), to_json(incident));
  EXPECT_EQ(again->reports[0].text, "x\ny");
  EXPECT_EQ(again->closed, kNoon + kHour);
}

TEST(Incident, IsReadFromAnyJsonObjectAndNothingElse) {
  for (const char* const text : {"", "[]", "3", "{", "\"x\""}) EXPECT_FALSE(incident_of(std::string_view(text)));
  for (const char* const text :
       {"{}", R"({"id":-1,"reports":[3,{}],"death":7,"told":[1]})", R"({"host":3,"opened":"soon"})"}) {
    EXPECT_TRUE(incident_of(std::string_view(text))) << text;
  }
}

TEST(Incident, SaysWhatItsExaminationFoundOfItsHost) {
  Incident incident;
  incident.host = "a";
  EXPECT_TRUE(findings_of(incident).empty());
  incident.examination =
      R"({"incidents":[{"host":"b","verdict":[{"text":"no"}]},{"host":"a","verdict":[{"text":"It hung."},{"text":7},3]},{"host":"a"},5]})";
  EXPECT_EQ(findings_of(incident), std::vector<std::string>{"It hung."});
  for (const char* const other : {"[]", "{\"incidents\":3}", "no", "{\"incidents\":[[]]}"}) {
    incident.examination = other;
    EXPECT_TRUE(findings_of(incident).empty()) << other;
  }
}

}  // namespace
}  // namespace inquest::record
