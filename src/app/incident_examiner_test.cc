// Whole incidents: what arrives, in its order and with its pauses, on a clock that the test drives.
#include "app/incident_examiner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "crashtext/detector.h"
#include "record/host_watch.h"
#include "record/netconsole_stream.h"
#include "support/memory_store.h"
#include "support/netconsole_capture.h"

namespace inquest::app {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A recorder without sockets: what it is given is stored and watched, and its incidents are examined.
class Station {
 public:
  testing::MemoryStore store;
  Ns steady = kHour;
  Ns utc = 0;
  std::vector<record::Notice> notices;

  explicit Station(Ns now) : utc(now) {
    auto opened = record::HostWatch::open(store, {[this] { return steady; }, [this] { return utc; }});
    watch_ = opened ? std::move(*opened) : nullptr;
  }
  record::HostWatch& watch() { return *watch_; }

  void lines(std::string text) {
    watch_->lines({"192.0.2.10", false}, "telegraf", text);
    store.write("telegraf", std::move(text), [](const Result<void>&) {});
  }
  void events(std::vector<store::Event> events) {
    watch_->events(events);
    store.write(std::move(events), [](const Result<void>&) {});
  }
  // Lets time pass, `scale` times as fast on the clocks of hosts and people as on the one that does not jump.
  void pass(Ns length, Ns scale = 1) {
    for (Ns left = length / scale; left > 0;) {
      const Ns step = std::min(left, 250 * kMilli);
      left -= step;
      steady += step;
      utc += step * scale;
      EXPECT_TRUE(watch_->work());
      for (const record::Incident& due : watch_->take_due()) {
        const auto pieces = stored_evidence(store, due.host, due.addresses, moment_of(due));
        ASSERT_TRUE(pieces) << pieces.error().text();
        watch_->examined(due.id, examine_incident(*pieces, due, utc));
      }
      for (record::Notice& notice : watch_->take_notices()) notices.push_back(std::move(notice));
    }
  }
  std::vector<record::Incident> incidents() {
    std::vector<record::Incident> out;
    const auto all = store.incidents({}).value();
    for (const store::KeptIncident& kept : all) {
      auto incident = record::incident_of(kept);
      EXPECT_TRUE(incident);
      if (incident) out.push_back(std::move(*incident));
    }
    return out;
  }

 private:
  std::unique_ptr<record::HostWatch> watch_;
};

Ns at(std::string_view text) { return *parse_iso_time(text)->utc(); }

// The example's figures as line protocol, by time.
std::map<Ns, std::string> figures() {
  std::map<Ns, std::string> out;
  for (const auto& entry : fs::directory_iterator(INQUEST_SOURCE_DIR "/examples/silent-lockup/evidence")) {
    if (entry.path().extension() != ".csv") continue;
    const std::string text = content(entry.path());
    std::vector<std::string_view> header;
    for (const std::string_view line : lines(text)) {
      if (line.starts_with('#')) continue;
      const std::vector<std::string_view> cells = split(line, ',');
      if (line.starts_with(",result")) {
        header = cells;
        continue;
      }
      if (cells.size() != header.size()) continue;
      std::map<std::string_view, std::string_view> row;
      for (size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
      const Ns time = at(row["_time"]);
      std::string head(row["_measurement"]);
      for (const auto& [name, value] : row) {
        if (!name.empty() && name[0] != '_' && name != "result" && name != "table")
          head += fmt::format(",{}={}", name, value);
      }
      out[time] += fmt::format("{} {}={} {}\n", head, row["_field"], row["_value"], time);
    }
  }
  return out;
}

store::Event corosync() {
  store::Event event;
  event.time = event.received = at("2026-02-09T15:55:07Z");
  event.host = "QCM1255";
  event.source = "syslog";
  event.ident = "corosync";
  event.severity = 6;
  event.message = "[KNET] host: host: 1 has no active links";
  event.fields = {{"peer", "192.0.2.11"}};
  return event;
}

TEST(Incidents, ASilentLockupOpensOneByItselfAtEveryPace) {
  for (const Ns scale : {1, 10}) {
    SCOPED_TRACE(scale);
    const auto batches = figures();
    ASSERT_GT(batches.size(), 20U);
    const Ns first = batches.begin()->first;
    Station station(first);
    bool told = false;
    for (const auto& [time, text] : batches) {
      // What the peer logs comes between.
      const Ns peer = corosync().time;
      if (!told && time > peer) {
        station.pass(peer - station.utc, scale);
        station.events({corosync()});
        told = true;
      }
      station.pass(time - station.utc, scale);
      if (time > peer) {
        const auto open = station.incidents();
        ASSERT_EQ(open.size(), 1U) << "while it is silent";
        EXPECT_TRUE(open[0].open);
        EXPECT_EQ(open[0].incident_class, "silent-hang");
        EXPECT_EQ(open[0].death.after->ns, at("2026-02-09T15:54:50Z"));
        EXPECT_GT(open[0].death.before->ns, at("2026-02-09T15:54:50Z"));
        EXPECT_LE(open[0].death.before->ns, at("2026-02-09T15:55:10Z"));
        EXPECT_LT(open[0].opened, at("2026-02-09T15:55:30Z") + 20 * kSecond * scale);
        ASSERT_EQ(station.notices.size(), 1U);
        EXPECT_EQ(station.notices[0].change, "opened");
        const auto examination = nlohmann::json::parse(station.notices[0].incident.examination, nullptr, false);
        ASSERT_TRUE(examination.is_object());
        ASSERT_EQ(examination["incidents"].size(), 1U) << "the report tells of the death before anybody comes back";
        EXPECT_EQ(examination["incidents"][0]["death"]["after"], "2026-02-09T15:54:50Z");
      }
      station.lines(text);
    }
    station.pass(5 * kMinute * scale, scale);
    const auto all = station.incidents();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_FALSE(all[0].open);
    EXPECT_EQ(all[0].host, "FCM2250");
    EXPECT_EQ(all[0].kind, record::IncidentKind::Death);
    EXPECT_EQ(all[0].incident_class, "silent-hang");
    EXPECT_EQ(all[0].same_boot, false);
    ASSERT_TRUE(all[0].reset.before);
    EXPECT_EQ(all[0].reset.before->ns, at("2026-02-09T18:53:51Z"));
    EXPECT_EQ(all[0].death.after->ns, at("2026-02-09T15:54:50Z"));
    EXPECT_EQ(all[0].silent.after->ns, at("2026-02-09T15:54:50Z"));
    const auto findings = record::findings_of(all[0]);
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].find("Nothing in the evidence shows that it started again"), std::string::npos)
        << "it was away for longer than is looked ahead otherwise: " << findings[0];
    ASSERT_EQ(station.notices.size(), 2U);
    EXPECT_EQ(station.notices[1].change, "closed");
  }
}

// Datagrams of kernels that really died, with their pauses.
TEST(Incidents, ANetconsoleOfEachLabCaseOpensOneWithItsTitle) {
  const fs::path cases = INQUEST_SOURCE_DIR "/../shared/lab/cases";
  if (!fs::exists(cases)) GTEST_SKIP() << "no crash lab at " << cases;
  size_t replayed = 0;
  for (const auto& folder : fs::directory_iterator(cases)) {
    // What the whole log, which no network cut, says: the first report that is no other's consequence.
    std::string expected;
    for (const crashtext::Report& report : crashtext::find_reports(content(folder.path() / "serial.log"))) {
      if (!expected.empty() || !report.root) continue;
      expected = report.title;
    }
    for (const char* const name : {"netconsole-ext.jsonl", "netconsole-plain.jsonl"}) {
      const std::string capture = content(folder.path() / name);
      if (capture.empty() || expected.empty()) continue;
      SCOPED_TRACE(folder.path().filename().string() + " " + name);
      Station station(kSecond * 1'790'000'000);
      record::NetconsoleStream stream("192.0.2.77");
      Ns before = 0;
      for (const testing::CapturedDatagram& datagram : testing::netconsole_datagrams(capture)) {
        if (before != 0) station.pass(datagram.time - before);
        before = datagram.time;
        std::vector<store::Event> events;
        stream.take(datagram.bytes, station.utc, events);
        stream.expire(station.utc, events);
        station.events(std::move(events));
      }
      std::vector<store::Event> rest;
      stream.finish(rest);
      station.events(std::move(rest));
      station.pass(2 * kMinute);
      const auto all = station.incidents();
      ASSERT_EQ(all.size(), 1U);
      const std::string where = " in corrupted";
      if (expected.ends_with(where)) {
        EXPECT_TRUE(all[0].title.starts_with(expected.substr(0, expected.size() - where.size()))) << all[0].title;
      } else {
        EXPECT_EQ(all[0].title, expected);
      }
      EXPECT_FALSE(all[0].examination.empty());
      ++replayed;
    }
  }
  fmt::print("lab: {} captures replayed\n", replayed);
  EXPECT_GT(replayed, 0U);
}

}  // namespace
}  // namespace inquest::app
