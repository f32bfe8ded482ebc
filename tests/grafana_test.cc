// What Grafana's InfluxDB data source sends, with both of its languages, word for word.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/recorder_process.h"
#include "support/tcp_client.h"
#include "support/temp_folder.h"

namespace inquest {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
using testing::RecorderProcess;
using testing::TcpClient;

class Grafana : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(recorder_.port("http"), 0) << recorder_.err();
    std::string lines;
    for (int i = 0; i < 30; ++i) {
      const int64_t time = (1'767'225'600 + int64_t{i} * 10) * 1'000'000'000;
      lines += fmt::format("cpu,cpu=cpu-total,host=a usage_idle={},usage_user={} {}\n", 90 - i % 5, i % 5, time);
      lines += fmt::format("system,host=a uptime={}i,load1=0.5 {}\n", 1000 + i * 10, time);
    }
    ASSERT_THAT(exchange("POST", "/api/v2/write?org=&bucket=telegraf", "Content-Type: text/plain\r\n", lines),
                HasSubstr(" 204 "));
  }

  // `headers` are whole lines.
  std::string exchange(std::string_view method, std::string_view target, std::string_view headers,
                       std::string_view body) {
    TcpClient client(recorder_.port("http"));
    client.send(
        fmt::format("{} {} HTTP/1.0\r\nHost: x\r\nUser-Agent: Grafana/11.1.0\r\n"
                    "{}Content-Length: {}\r\n\r\n{}",
                    method, target, headers, body.size(), body));
    return client.rest();
  }

  // As the client for Go that Grafana has asks: JSON with a dialect.
  std::string flux(const std::string& query) {
    const Json body = {
        {"dialect", {{"annotations", {"datatype", "group", "default"}}, {"delimiter", ","}, {"header", true}}},
        {"query", query},
        {"type", "flux"}};
    return exchange("POST", "/api/v2/query?org=lab",
                    "Content-Type: application/json; charset=utf-8\r\nAccept: text/csv\r\n", body.dump());
  }

  std::string influxql(std::string_view query) {
    std::string escaped;
    for (const char c : query) {
      escaped += std::isalnum(static_cast<unsigned char>(c)) != 0 ? std::string(1, c)
                                                                  : fmt::format("%{:02X}", static_cast<uint8_t>(c));
    }
    return exchange("GET", "/query?db=telegraf&epoch=ms&q=" + escaped, "Accept: */*\r\n", {});
  }

  TempFolder folder_;
  RecorderProcess recorder_{
      {.data = folder_.path("data"), .listeners = {}, .flags = {"--retain", "0s"}, .wrapper = {}}};
};

TEST_F(Grafana, FluxDataSourceIsHealthy) {
  EXPECT_THAT(flux("buckets()"), AllOf(HasSubstr(" 200 "), HasSubstr("#datatype,string,long,"), HasSubstr("name,id,"),
                                       HasSubstr(",telegraf,")));
}

TEST_F(Grafana, FluxVariablesAreFilled) {
  // The queries that its documentation and the dashboards for Telegraf have for variables.
  for (const char* query : {
           "import \"influxdata/influxdb/v1\"\nv1.tagValues(bucket: \"telegraf\", tag: \"host\", "
           "start: 2026-01-01T00:00:00Z)",
           "import \"influxdata/influxdb/schema\"\nschema.tagValues(bucket: \"telegraf\", tag: \"host\", "
           "predicate: (r) => true, start: 2026-01-01T00:00:00Z)",
           "import \"influxdata/influxdb/v1\"\nv1.measurementTagValues(bucket: \"telegraf\", measurement: \"cpu\", "
           "tag: \"host\", start: 2026-01-01T00:00:00Z)",
           "from(bucket: \"telegraf\")\n  |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T01:00:00Z)\n"
           "  |> filter(fn: (r) => r._measurement == \"cpu\")\n  |> keyValues(keyColumns: [\"host\"])\n  |> group()\n"
           "  |> keep(columns: [\"_value\"])\n  |> distinct()",
       }) {
    EXPECT_THAT(flux(query), AllOf(HasSubstr(" 200 "), HasSubstr("_value"), HasSubstr(",a\r\n"))) << query;
  }
}

TEST_F(Grafana, FluxPanelsAreDrawn) {
  const std::string range = " |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:05:00Z)";
  EXPECT_THAT(flux("from(bucket: \"telegraf\")" + range +
                   "\n  |> filter(fn: (r) => r[\"_measurement\"] == \"cpu\")"
                   "\n  |> filter(fn: (r) => r[\"_field\"] == \"usage_idle\")"
                   "\n  |> filter(fn: (r) => r[\"cpu\"] == \"cpu-total\")"
                   "\n  |> aggregateWindow(every: 1m, fn: mean, createEmpty: false)\n  |> yield(name: \"mean\")"),
              AllOf(HasSubstr("#default,mean,"), HasSubstr("2026-01-01T00:01:00Z"), HasSubstr("2026-01-01T00:05:00Z")));
  EXPECT_THAT(flux("from(bucket: \"telegraf\")" + range +
                   "|> filter(fn: (r) => r._measurement == \"system\" and r._field == \"uptime\")\n|> last()"
                   "|> map(fn: (r) => ({r with _value: r._value / 60}))"),
              AllOf(HasSubstr(" 200 "), HasSubstr(",21,")));
  EXPECT_THAT(flux("from(bucket: \"telegraf\") |> nosuch()"),
              AllOf(HasSubstr(" 400 "), HasSubstr("\"code\":\"invalid\""), HasSubstr("1:29: `nosuch`")));
}

TEST_F(Grafana, InfluxqlDataSourceExplores) {
  EXPECT_THAT(influxql("SHOW MEASUREMENTS LIMIT 1"), HasSubstr("[[\"cpu\"]]"));
  EXPECT_THAT(influxql("SHOW RETENTION POLICIES on \"telegraf\""), HasSubstr("\"autogen\""));
  EXPECT_THAT(influxql("SHOW FIELD KEYS FROM \"autogen\".\"cpu\""), HasSubstr("[\"usage_idle\",\"float\"]"));
  EXPECT_THAT(influxql("SHOW TAG KEYS FROM \"cpu\""), HasSubstr("[[\"cpu\"],[\"host\"]]"));
  EXPECT_THAT(influxql("SHOW TAG VALUES FROM \"cpu\" WITH KEY = \"host\" WHERE \"cpu\"::tag = 'cpu-total'"),
              HasSubstr("[[\"host\",\"a\"]]"));
  EXPECT_THAT(influxql("SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i)SYS/ LIMIT 100"),
              AllOf(HasSubstr("[[\"system\"]]"), Not(HasSubstr("cpu"))));
}

TEST_F(Grafana, InfluxqlPanelsAreDrawn) {
  const std::string time = "time >= 1767225600000ms and time <= 1767225900000ms";
  EXPECT_THAT(influxql("SELECT mean(\"usage_idle\") FROM \"cpu\" WHERE (\"cpu\"::tag = 'cpu-total') AND " + time +
                       " GROUP BY time(1m), \"host\"::tag fill(null)"),
              AllOf(HasSubstr("\"tags\":{\"host\":\"a\"}"), HasSubstr("[1767225600000,88"), HasSubstr(",null]]")));
  EXPECT_THAT(influxql("SELECT last(\"uptime\") FROM \"system\" WHERE \"host\" =~ /^(a|b)$/ AND " + time),
              HasSubstr("[[1767225890000,1290]]"));
  EXPECT_THAT(influxql("SELECT non_negative_derivative(mean(\"uptime\"), 1s) AS \"rate\" FROM \"system\" WHERE " +
                       time + " GROUP BY time(1m) fill(none)"),
              AllOf(HasSubstr("\"columns\":[\"time\",\"rate\"]"), HasSubstr("[1767225660000,1]")));
  EXPECT_THAT(influxql("SELECT mean(\"m\") FROM (SELECT max(\"usage_user\") AS \"m\" FROM \"cpu\" WHERE " + time +
                       " GROUP BY time(1m), \"host\") WHERE " + time + " GROUP BY time(5m) fill(none)"),
              HasSubstr("[[1767225600000,4]]"));
}

}  // namespace
}  // namespace inquest
