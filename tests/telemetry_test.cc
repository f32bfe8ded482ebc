// Figures fetched where they live: the databases of Debian, and one of our own that misbehaves.
#include <chrono>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "evidence/remote/http.h"
#include "support/process.h"
#include "support/server.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A host that was up for a day, fell silent three hours ago, and was started again half an hour later.
struct Life {
  int64_t death =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count() /
          10 * 10 -
      3 * 3600;
  int64_t first_boot = death - 2 * 86400;
  int64_t second_boot = death + 1800;

  // Every sample: its time, and the boot that it is of.
  template <class Visit>
  void each(int64_t step, Visit visit) const {
    for (int64_t at = death - 86400; at <= death; at += step) visit(at, first_boot);
    for (int64_t at = second_boot + 40; at <= second_boot + 3600; at += step) visit(at, second_boot);
  }

  // Telegraf's, in line protocol.
  std::string lines() const {
    std::string out;
    each(10, [&](int64_t at, int64_t boot) {
      fmt::format_to(std::back_inserter(out),
                     "system,host=node-a uptime={}i {}000000000\n"
                     "cpu,cpu=cpu-total,host=node-a usage_idle={} {}000000000\n"
                     "cpu,cpu=cpu0,host=node-a usage_idle=1 {}000000000\n"
                     "nginx,host=node-a active=3i {}000000000\n",
                     at - boot, at, at % 20 == 0 ? "99.8" : "99.7", at, at, at);
    });
    return out;
  }

  // node_exporter's, in the exposition format with a time in `unit`s of a second.
  std::string metrics(int unit) const {
    std::string boots = "# TYPE node_boot_time_seconds gauge\n";
    std::string load = "# TYPE node_load1 gauge\n";
    each(15, [&](int64_t at, int64_t boot) {
      const std::string_view labels = R"({instance="node-a:9100",job="node"})";
      fmt::format_to(std::back_inserter(boots), "node_boot_time_seconds{} {} {}\n", labels, boot, at * unit);
      fmt::format_to(std::back_inserter(load), "node_load1{} 0.5{} {}\n", labels, at % 7, at * unit);
    });
    return boots + load + (unit == 1 ? "# EOF\n" : "");
  }

  std::string utc(int64_t seconds) const { return format_utc({seconds * kSecond, Precision::Second}); }
};

Json examine(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"examine", "--format", "json"});
  const Ended ended = run_inquest(std::move(arguments));
  EXPECT_EQ(ended.status, 0) << ended.err;
  return Json::parse(ended.out, nullptr, false);
}

void expect_death(const Json& answer, const Life& life, std::string_view subsystem) {
  ASSERT_EQ(answer["incidents"].size(), 1U);
  const Json& incident = answer["incidents"][0];
  EXPECT_EQ(incident["host"], "node-a");
  EXPECT_EQ(incident["death"]["after"], life.utc(life.death));
  EXPECT_EQ(incident["reset"]["before"], life.utc(life.second_boot));
  EXPECT_TRUE(std::ranges::any_of(incident["baselines"], [&](const Json& one) {
    return one["subsystem"] == subsystem && one["verdict"] == "normal";
  })) << incident["baselines"].dump(1);
}

void post(const std::string& url, std::string body) {
  const auto answer = evidence::http_text({url, {"Content-Type: text/plain"}, {}, {}, std::move(body)});
  ASSERT_TRUE(answer) << answer.error().message;
}

TEST(TelemetryPeer, InfluxDB1) {
  if (!has_program("influxd")) GTEST_SKIP() << "left out: influxd (Debian's influxdb) is not installed";
  const TemporaryFolder folder;
  const int port = free_port();
  const std::string config =
      folder.write("influxdb.conf",
                   fmt::format("reporting-disabled = true\nbind-address = \"127.0.0.1:{}\"\n[meta]\ndir = \"{}/meta\"\n"
                               "[data]\ndir = \"{}/data\"\nwal-dir = \"{}/wal\"\n[http]\nbind-address = "
                               "\"127.0.0.1:{}\"\nlog-enabled = false\n",
                               free_port(), folder.path(), folder.path(), folder.path(), port));
  Server server({"influxd", "-config", config});
  ASSERT_TRUE(server.listens(port));
  const std::string base = fmt::format("http://127.0.0.1:{}", port);
  const Life life;
  post(base + "/query?q=CREATE%20DATABASE%20telegraf", " ");
  post(base + "/write?db=telegraf", life.lines());
  const Json answer = examine({fmt::format("influx://127.0.0.1:{}/telegraf", port)});
  expect_death(answer, life, "cpu");
  EXPECT_THAT(answer["evidence"].dump(), Not(HasSubstr("nginx"))) << "what services tell is not asked for";
  // A database that is not there is refused in the server's own words.
  const Ended missing = run_inquest({"examine", fmt::format("influx://127.0.0.1:{}/nowhere", port)});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.out + missing.err, HasSubstr("database not found"));
}

TEST(TelemetryPeer, VictoriaMetrics) {
  if (!has_program("victoria-metrics")) GTEST_SKIP() << "left out: victoria-metrics is not installed";
  const TemporaryFolder folder;
  const int port = free_port();
  Server server({"victoria-metrics", fmt::format("-httpListenAddr=127.0.0.1:{}", port),
                 fmt::format("-storageDataPath={}", folder.path()), "-retentionPeriod=10y"});
  ASSERT_TRUE(server.listens(port));
  const Life life;
  post(fmt::format("http://127.0.0.1:{}/api/v1/import/prometheus", port), life.metrics(1000));
  post(fmt::format("http://127.0.0.1:{}/internal/force_flush", port), " ");
  expect_death(examine({"--telemetry", fmt::format("prometheus://127.0.0.1:{}", port)}), life, "load");
}

TEST(TelemetryPeer, Prometheus) {
  if (!has_program("prometheus")) GTEST_SKIP() << "left out: prometheus is not installed";
  const TemporaryFolder folder;
  const int port = free_port();
  const Life life;
  const std::string metrics = folder.write("metrics.txt", life.metrics(1));
  const std::string store = folder.path() + "/data";
  ASSERT_TRUE(run_program({"promtool", "tsdb", "create-blocks-from", "openmetrics", metrics, store}));
  const std::string config = folder.write("prometheus.yml", "global:\n  scrape_interval: 15s\n");
  Server server({"prometheus", "--config.file=" + config, "--storage.tsdb.path=" + store,
                 fmt::format("--web.listen-address=127.0.0.1:{}", port), "--storage.tsdb.retention.time=10y"});
  ASSERT_TRUE(server.listens(port));
  expect_death(examine({"--telemetry", fmt::format("prometheus://127.0.0.1:{}", port), "--host", "node-a"}), life,
               "load");
}

// InfluxDB 2 is not in Debian: its answers are played back.
TEST(Telemetry, AsksInfluxDB2InFluxWithItsToken) {
  const Life life;
  std::vector<HttpServer::Request> seen;
  const HttpServer server([&](const HttpServer::Request& request) {
    seen.push_back(request);
    if (request.body.find("tagValues") != std::string::npos)
      return HttpServer::reply("200 OK", ",result,table,_value\r\n,_result,0,node-a\r\n\r\n");
    if (request.body.find("schema.measurements") != std::string::npos)
      return HttpServer::reply("200 OK", ",result,table,_value\r\n,_result,0,nginx\r\n,_result,0,system\r\n\r\n");
    std::string rows =
        "#datatype,string,long,dateTime:RFC3339,double,string,string,string\r\n"
        "#group,false,false,false,false,true,true,true\r\n#default,_result,,,,,,\r\n"
        ",result,table,_time,_value,_field,_measurement,host\r\n";
    life.each(10, [&](int64_t at, int64_t boot) {
      fmt::format_to(std::back_inserter(rows), ",,0,{},{},uptime,system,node-a\r\n", life.utc(at), at - boot);
    });
    return HttpServer::reply("200 OK", rows + "\r\n", "Content-Type: text/csv\r\n");
  });
  Invocation invocation;
  invocation.arguments = {"examine", "--format", "json",
                          fmt::format("influx2://127.0.0.1:{}/home%20lab/telegraf", server.port())};
  invocation.environment = {{"INFLUX_TOKEN", "s3cret"}};
  const Ended ended = run_inquest(invocation);
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("s3cret")));
  const Json answer = Json::parse(ended.out, nullptr, false);
  ASSERT_EQ(answer["incidents"].size(), 1U);
  EXPECT_EQ(answer["incidents"][0]["reset"]["before"], life.utc(life.second_boot));
  ASSERT_EQ(seen.size(), 4U);
  for (const HttpServer::Request& request : seen) {
    EXPECT_THAT(request.line, StartsWith("POST /api/v2/query?org=home%20lab"));
    EXPECT_THAT(request.head, HasSubstr("Authorization: Token s3cret"));
    EXPECT_THAT(request.body, Not(HasSubstr("nginx")));
  }
}

struct Misbehaviour {
  const char* name;
  std::string reply;
  const char* words;
};

class Misbehaving : public ::testing::TestWithParam<Misbehaviour> {};

// Whatever a server does, it is one refused piece of evidence, and the rest is examined.
TEST_P(Misbehaving, IsRefusedInWords) {
  const HttpServer server([&](const HttpServer::Request&) { return GetParam().reply; });
  const Ended ended =
      run_inquest({"examine", std::string(INQUEST_SOURCE_DIR) + "/examples/silent-lockup", "--format", "json",
                   "--telemetry", fmt::format("prometheus://user:pa55@127.0.0.1:{}", server.port())});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr(GetParam().words));
  EXPECT_THAT(ended.err + ended.out, AllOf(Not(HasSubstr("pa55")), Not(HasSubstr("\x1b"))));
  const Json answer = Json::parse(ended.out, nullptr, false);
  ASSERT_EQ(answer["incidents"].size(), 1U);
  EXPECT_EQ(answer["incidents"][0]["class"], "silent-hang");
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Misbehaving,
    ::testing::Values(
        Misbehaviour{"Unauthorised", HttpServer::reply("401 Unauthorized", "{\"error\":\"authorization failed\"}"),
                     "status 401: authorization failed"},
        Misbehaviour{"Redirecting", HttpServer::reply("302 Found", "", "Location: http://127.0.0.1:1/login\r\n"),
                     "sends elsewhere (status 302), to http://127.0.0.1:1/login"},
        Misbehaviour{"AnotherProgram", HttpServer::reply("200 OK", "<html>hello</html>"), "not Prometheus's"},
        Misbehaviour{"Hostile", HttpServer::reply("500 Oops", "\x1b[31mred"), "status 500: red"},
        Misbehaviour{"Nobody", HttpServer::reply("200 OK", R"({"status":"success","data":[]})"),
                     "no figures that name a host"},
        Misbehaviour{"Cut", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"status\"", "127.0.0.1"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Telemetry, RefusesAnAddressThatIsNone) {
  const Ended ended = run_inquest({"examine", "--telemetry", "influx://me:pa55@pve"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("names no database"));
  EXPECT_THAT(ended.err, Not(HasSubstr("pa55")));
}

}  // namespace
}  // namespace inquest::testing
