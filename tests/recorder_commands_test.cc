// The commands that ask a recorder: what they make of its answers, and of what is none.

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/process.h"
#include "support/server.h"

namespace inquest::testing {
namespace {

constexpr std::string_view kHosts = R"({"schema":1,"hosts":[
 {"name":"pve1","state":"alive","last":"2026-02-09T15:54:50.120Z","quiet_s":3.2,"source":"telemetry telegraf/cpu","pace_s":0.25,"dead_after_s":30,"paths":["192.0.2.1"],"maintenance_until":null,"outage":false},
 {"name":"pve2\u001b[2J","state":"dead","last":"2026-02-09T15:50:00.000Z","quiet_s":300,"source":null,"pace_s":null,"dead_after_s":null,"paths":[],"maintenance_until":null,"outage":false}]})";
constexpr std::string_view kIncident = R"({"schema":1,"id":7,"host":"pve1","state":"open","kind":"death",
 "class":"silent-hang","title":"pve1 fell silent without a word","signature":"","opened":"2026-02-09T15:55:20Z","closed":null,
 "death":{"after":"2026-02-09T15:54:50Z","before":"2026-02-09T15:55:00Z"},"reset":{"after":null,"before":null},"same_boot":null,
 "reasons":["It stopped."],"reports":[{"title":"BUG: x in y","type":"","signature":"","source":"netconsole","time":"2026-02-09T15:54:49Z","panicked":false,"text":"BUG: x\n\u001b]0;evil\u0007RIP: y"}],
 "hosts":[],"addresses":[],"told":[],"examination":{"incidents":[{"host":"pve1","verdict":[{"text":"It hung."}]}]}})";
constexpr std::string_view kEvents = R"({"schema":1,"events":[{"row":4,"time":"2026-02-09T15:54:49.000Z","received":"",
 "host":"pve1","source":"syslog","ident":"sshd","severity":6,"message":"hello\u001b[31m\nworld"}]})";

Ended ask(std::string_view answer, std::vector<std::string> arguments, std::string* asked = nullptr) {
  HttpServer server([&](const HttpServer::Request& request) {
    if (asked != nullptr) *asked = request.line;
    return HttpServer::reply("200 OK", answer);
  });
  arguments.insert(arguments.end(), {"--recorder", fmt::format("http://127.0.0.1:{}", server.port())});
  Invocation invocation;
  invocation.arguments = std::move(arguments);
  invocation.environment = {{"COLUMNS", "80"}};
  return run_inquest(invocation);
}

void expect_fits(const std::string& out) {
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  size_t begin = 0;
  for (size_t end = out.find('\n'); end != std::string::npos; begin = end + 1, end = out.find('\n', begin)) {
    EXPECT_LE(end - begin, 80U) << out.substr(begin, end - begin);
  }
}

TEST(RecorderCommands, HostsAreATableThatFitsATerminal) {
  const Ended all = ask(kHosts, {"hosts"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_NE(all.out.find("pve1"), std::string::npos);
  EXPECT_NE(all.out.find("2026-02-09T15:54:50Z"), std::string::npos);
  EXPECT_NE(all.out.find(" 3.2 s "), std::string::npos) << all.out;
  EXPECT_NE(all.out.find(" 250 ms "), std::string::npos) << all.out;
  expect_fits(all.out);
  const Ended troubled = ask(kHosts, {"hosts", "--troubled"});
  EXPECT_EQ(troubled.out.find("pve1"), std::string::npos);
  EXPECT_NE(troubled.out.find("pve2"), std::string::npos);
}

TEST(RecorderCommands, JsonHoldsWhatWasAskedForAndNoMore) {
  const Ended troubled = ask(kHosts, {"hosts", "--troubled", "--format", "json"});
  EXPECT_EQ(troubled.out.find("pve1"), std::string::npos);
  EXPECT_NE(troubled.out.find("\"pve2"), std::string::npos);
  const std::string list = fmt::format(R"({{"schema":1,"incidents":[{}]}})", kIncident);
  for (const auto& [option, shown] :
       {std::pair("--host=pve1", true), std::pair("--host=pve2", false), std::pair("--open", true)}) {
    const Ended incidents = ask(list, {"incidents", option, "--format", "json"});
    EXPECT_EQ(incidents.out.find("silent-hang") != std::string::npos, shown) << option;
  }
  std::string closed = list;
  closed.replace(closed.find("\"open\""), 6, "\"closed\"");
  EXPECT_EQ(ask(closed, {"incidents", "--open", "--format", "json"}).out, "{\"schema\":1,\"incidents\":[]}\n");
}

TEST(RecorderCommands, MaintenanceIsAnnouncedInSeconds) {
  std::string asked;
  EXPECT_EQ(ask(kHosts, {"hosts", "--maintenance", "pve 1", "--for", "2h"}, &asked).status, 0);
  EXPECT_TRUE(asked.starts_with("POST /api/inquest/v1/maintenance?host=pve%201&for_s=7200 ")) << asked;
  EXPECT_EQ(ask(kHosts, {"hosts", "--maintenance", "pve1"}).status, 2);
  EXPECT_EQ(ask(kHosts, {"hosts", "--maintenance", "pve1", "--for", "soon"}).status, 2);
}

TEST(RecorderCommands, AnIncidentIsShownWhole) {
  std::string asked;
  const Ended one = ask(kIncident, {"incidents", "7"}, &asked);
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_TRUE(asked.starts_with("GET /api/inquest/v1/incidents/7 ")) << asked;
  for (const char* const part : {"pve1 fell silent without a word", "silent-hang", "15:54:50Z", "It stopped.",
                                 "It hung.", "BUG: x in y", "RIP: y"}) {
    EXPECT_NE(one.out.find(part), std::string::npos) << part << "\n" << one.out;
  }
  expect_fits(one.out);
  const Ended list = ask(fmt::format(R"({{"schema":1,"incidents":[{}]}})", kIncident), {"incidents"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_NE(list.out.find("silent-hang"), std::string::npos);
  expect_fits(list.out);
  EXPECT_EQ(ask(kIncident, {"incidents", "seven"}).status, 2);
}

TEST(RecorderCommands, TailShowsMessagesThatCannotWriteToTheTerminal) {
  std::string asked;
  const Ended tail = ask(kEvents, {"tail", "--host", "pve1", "-n", "5", "--no-follow"}, &asked);
  EXPECT_EQ(tail.status, 0) << tail.err;
  EXPECT_TRUE(asked.starts_with("GET /api/inquest/v1/events?host=pve1&after=0&limit=5 ")) << asked;
  EXPECT_EQ(tail.out, "2026-02-09T15:54:49.000Z pve1 sshd: hello world\n");
}

TEST(RecorderCommands, TailLeavesOutTheProgramThatNobodyNamed) {
  const std::string_view event =
      R"({"events":[{"row":"no","time":"2026-02-09T15:54:49.000Z","host":"pve1","ident":"","message":"hello"}]})";
  EXPECT_EQ(ask(event, {"tail", "--no-follow"}).out, "2026-02-09T15:54:49.000Z pve1 hello\n");
}

TEST(RecorderCommands, ExamineAsksForWhatWasStored) {
  std::string asked;
  const std::string evidence =
      R"({"schema":1,"evidence":[{"name":"pve1.netconsole","text":"2026-02-09T15:54:48Z [  100.000000] Linux version 6.8.12-4-pve (x) #1\n2026-02-09T15:54:49Z [  120.000000] Kernel panic - not syncing: Fatal exception\n2026-02-09T15:54:49Z [  120.000100] ---[ end Kernel panic - not syncing: Fatal exception ]---\n"}]})";
  const Ended report =
      ask(evidence, {"examine", "--host", "pve1", "--at", "2026-02-09T15:55:00Z", "--format", "json"}, &asked);
  EXPECT_EQ(report.status, 0) << report.err;
  EXPECT_TRUE(asked.starts_with("GET /api/inquest/v1/evidence?host=pve1&at=2026-02-09T15:55:00")) << asked;
  EXPECT_NE(report.out.find("\"kernel-panic\""), std::string::npos);
  EXPECT_EQ(ask(evidence, {"examine"}).status, 2) << "which host, and when?";
}

TEST(RecorderCommands, AnswersThatAreNoRecordersAreRefused) {
  for (const std::string_view answer : {"", "[]", "<html>", "{}", R"({"hosts":3})"}) {
    for (const char* const command : {"hosts", "incidents"}) {
      const int status = ask(answer, {command}).status;
      EXPECT_TRUE(status == 4 || (status == 0 && answer == R"({"hosts":3})")) << command << " " << answer;
    }
    EXPECT_EQ(ask(answer, {"tail", "--no-follow"}).status, 4) << answer;
  }
  Invocation nobody;
  nobody.arguments = {"hosts", "--recorder", "http://127.0.0.1:1"};
  EXPECT_EQ(run_inquest(nobody).status, 4);
  nobody.arguments = {"hosts", "--recorder", "/nonexistent/folder"};
  EXPECT_EQ(run_inquest(nobody).status, 4);
}

}  // namespace
}  // namespace inquest::testing
