#include "app/incident_desk.h"

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/incident_examiner.h"
#include "app/recorder_answers.h"
#include "base/text.h"
#include "support/memory_store.h"

namespace inquest::app {
namespace {

using nlohmann::json;

constexpr Ns kNow = 1'790'000'000 * kSecond;

constexpr std::string_view kPanic = R"(BUG: kernel NULL pointer dereference, address: 0000000000000010
Oops: 0000 [#1] PREEMPT SMP NOPTI
CPU: 3 PID: 4211 Comm: kworker/3:1 Tainted: P           O       6.8.12-4-pve #1
RIP: 0010:spool_evict+0x31/0x90 [spool]
Call Trace:
 <TASK>
 spool_shrink+0x55/0x120 [spool]
 </TASK>
---[ end trace 0000000000000000 ]---
Kernel panic - not syncing: Fatal exception)";

std::vector<store::Event> panic() {
  std::vector<store::Event> out;
  uint64_t us = 4'711'000'000;
  for (const std::string_view line : lines(kPanic)) {
    store::Event event;
    event.time = event.received = kNow;
    event.host = "192.0.2.7";
    event.source = "netconsole";
    event.ident = "kernel";
    event.severity = 2;
    event.message = line;
    event.fields = {{"peer", "192.0.2.7"}, {"monotonic_us", fmt::format("{}", us += 100)}};
    out.push_back(std::move(event));
  }
  return out;
}

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 12'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class Desk : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = IncidentDesk::open({&store,
                                      {},
                                      [] { return kNow; },
                                      [this](std::string_view line) {
                                        const std::scoped_lock lock(mutex);
                                        log.emplace_back(line);
                                      }});
    ASSERT_TRUE(opened);
    desk = std::move(*opened);
    desk->add_routes(routes);
  }
  record::HttpResponse ask(const std::string& method, const std::string& path,
                           std::vector<std::pair<std::string, std::string>> parameters = {}) {
    std::string allowed;
    const record::Route* route = routes.find(method, path, allowed);
    if (route == nullptr) return {.status = 404};
    std::promise<record::HttpResponse> promise;
    record::HttpRequest request;
    request.method = method;
    request.path = path;
    request.parameters = std::move(parameters);
    route->handle(std::move(request), [&](record::HttpResponse response) { promise.set_value(std::move(response)); });
    return promise.get_future().get();
  }
  void receive(std::vector<store::Event> events) {
    desk->observer().events(events);
    store.write(std::move(events), [](const Result<void>&) {});
  }

  testing::MemoryStore store;
  std::mutex mutex;
  std::vector<std::string> log;
  record::Routes routes;
  std::unique_ptr<IncidentDesk> desk;  // goes first
};

TEST_F(Desk, OpensExaminesAndTellsOfAPanicByItself) {
  receive(panic());
  ASSERT_TRUE(wait_until([&] {
    const std::scoped_lock lock(mutex);
    return !log.empty();
  }));
  EXPECT_EQ(log[0], "incident 1: 192.0.2.7: BUG: unable to handle kernel NULL pointer dereference in spool_evict");
  const auto list = json::parse(ask("GET", "/api/inquest/v1/incidents").body);
  ASSERT_EQ(list["incidents"].size(), 1U);
  EXPECT_EQ(list["incidents"][0]["kind"], "death");
  EXPECT_TRUE(list["incidents"][0]["examination"].is_null()) << "a list is short";
  const auto one = json::parse(ask("GET", "/api/inquest/v1/incidents/1").body);
  EXPECT_EQ(one["class"], "kernel-panic");
  ASSERT_TRUE(one["examination"].is_object());
  ASSERT_EQ(one["examination"]["incidents"].size(), 1U);
  EXPECT_EQ(one["examination"]["incidents"][0]["class"], "kernel-panic");
  EXPECT_EQ(ask("GET", "/api/inquest/v1/incidents/2").status, 404U);
  EXPECT_EQ(ask("GET", "/api/inquest/v1/incidents/x").status, 400U);
}

TEST_F(Desk, GivesEventsAndEvidence) {
  receive(panic());
  const auto last = json::parse(ask("GET", "/api/inquest/v1/events", {{"limit", "2"}}).body);
  ASSERT_EQ(last["events"].size(), 2U);
  EXPECT_EQ(last["events"][1]["message"], "Kernel panic - not syncing: Fatal exception");
  const auto none = json::parse(ask("GET", "/api/inquest/v1/events", {{"host", "elsewhere"}}).body);
  EXPECT_TRUE(none["events"].empty());
  const auto pieces =
      evidence_of(ask("GET", "/api/inquest/v1/evidence", {{"host", "192.0.2.7"}, {"at", "2026-09-21T13:33:20Z"}}).body);
  ASSERT_TRUE(pieces);
  ASSERT_EQ(pieces->size(), 1U);
  EXPECT_EQ((*pieces)[0].name, "192.0.2.7.netconsole");
  EXPECT_EQ(ask("GET", "/api/inquest/v1/evidence", {{"host", "a"}}).status, 400U);
  EXPECT_FALSE(evidence_of("[]"));
}

TEST_F(Desk, GivesEventsOfAHostThatWasCalledByItsAddress) {
  receive(panic());
  for (int i = 0; i < 10; ++i)
    desk->observer().lines({"192.0.2.7", false}, "telegraf", fmt::format("cpu,host=pve1 v=1 {}\n", kNow + i));
  ASSERT_TRUE(wait_until([&] {
    const auto last = json::parse(ask("GET", "/api/inquest/v1/events", {{"host", "pve1"}, {"limit", "3"}}).body);
    return last["events"].size() == 3 && last["events"][2]["message"] == "Kernel panic - not syncing: Fatal exception";
  }));
}

TEST_F(Desk, TakesMaintenanceOfHostsThatItKnows) {
  receive(panic());
  ASSERT_TRUE(wait_until([&] {
    return ask("POST", "/api/inquest/v1/maintenance", {{"host", "192.0.2.7"}, {"for_s", "7200"}}).status == 200;
  }));
  const auto hosts = json::parse(ask("GET", "/api/inquest/v1/hosts").body);
  EXPECT_EQ(hosts["hosts"][0]["name"], "192.0.2.7");
  EXPECT_TRUE(hosts["hosts"][0]["maintenance_until"].is_string());
  EXPECT_EQ(ask("POST", "/api/inquest/v1/maintenance", {{"host", "x"}, {"for_s", "7200"}}).status, 404U);
  EXPECT_EQ(ask("POST", "/api/inquest/v1/maintenance", {{"host", "192.0.2.7"}, {"for_s", "-1"}}).status, 400U);
}

TEST_F(Desk, KeepsNoQuestionsOnceItHasStopped) {
  desk->stop();
  const auto asker = std::make_shared<int>();
  std::string allowed;
  routes.find("GET", "/api/inquest/v1/hosts", allowed)->handle({}, [asker](const record::HttpResponse&) {});
  EXPECT_EQ(asker.use_count(), 1) << "whoever asks may be gone before the desk";
}

TEST_F(Desk, WritesDownWhatItKnowsWhenItStops) {
  for (int i = 0; i < 10; ++i) {
    const std::string text = fmt::format("cpu,host=db1 idle=1 {}\n", kNow + i * kSecond);
    desk->observer().lines({"192.0.2.9", false}, "telegraf", text);
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  ASSERT_TRUE(wait_until([&] { return json::parse(ask("GET", "/api/inquest/v1/hosts").body)["hosts"].size() == 1; }));
  desk.reset();
  const auto rows = remembered_rows(store, kNow);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ((*rows)[0].host, "db1");
  EXPECT_EQ((*rows)[0].fastest, "telemetry telegraf/cpu");
}

}  // namespace
}  // namespace inquest::app
