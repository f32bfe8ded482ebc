// What clients of InfluxDB send, end to end.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/running_recorder.h"
#include "support/tcp_client.h"

namespace inquest::record {
namespace {

using inquest::testing::RunningRecorder;
using inquest::testing::TcpClient;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Influx : public ::testing::Test {
 protected:
  explicit Influx(const RunningRecorder::Settings& further = {})
      : recorder_(with(further)), client_(recorder_.port("http")) {}

  std::string ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view headers = {}) {
    client_.send(fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}", method, target, body.size(),
                             headers, body));
    return client_.response();
  }
  std::string write(std::string_view target, std::string_view lines) { return ask("POST", target, lines); }

  RunningRecorder recorder_;
  TcpClient client_;

 private:
  static RunningRecorder::Settings with(RunningRecorder::Settings settings) {
    settings.emplace_back("http", "127.0.0.1:0");
    return settings;
  }
};

TEST_F(Influx, LinesAreKeptBeforeTheyAreAcknowledged) {
  recorder_.store.hold();
  client_.send("POST /write?db=telegraf HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\ncpu,host=a f=1 1");
  while (recorder_.store.waiting() == 0) std::this_thread::yield();
  EXPECT_EQ(recorder_.store.lines("telegraf"), "cpu,host=a f=1 1\n");
  recorder_.store.release();
  EXPECT_THAT(client_.response(), StartsWith("HTTP/1.1 204 "));
}

TEST_F(Influx, EveryPrecisionBecomesNanoseconds) {
  for (const auto& [precision, time, ns] :
       std::vector<std::array<std::string, 3>>{{"", "1700000000000000001", "1700000000000000001"},
                                               {"n", "1700000000000000002", "1700000000000000002"},
                                               {"ns", "1700000000000000003", "1700000000000000003"},
                                               {"u", "1700000000000004", "1700000000000004000"},
                                               {"us", "1700000000000005", "1700000000000005000"},
                                               {"ms", "1700000000006", "1700000000006000000"},
                                               {"s", "1700000007", "1700000007000000000"},
                                               {"m", "28333333", "1699999980000000000"},
                                               {"h", "472222", "1699999200000000000"}}) {
    for (const char* target : {"/write?db=v1-{}&precision={}", "/api/v2/write?org=o&bucket=v2-{}&precision={}"})
      EXPECT_THAT(write(fmt::format(fmt::runtime(target), precision, precision), "m f=1 " + time),
                  StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(recorder_.store.lines("v1-" + precision), "m f=1 " + ns + "\n");
    EXPECT_EQ(recorder_.store.lines("v2-" + precision), "m f=1 " + ns + "\n");
  }
}

TEST_F(Influx, LinesWithoutATimeGetThatOfTheRecorder) {
  EXPECT_THAT(write("/write?db=x", "m f=1"), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(recorder_.store.lines("x"), fmt::format("m f=1 {}\n", RunningRecorder::kNow));
}

TEST_F(Influx, GoodLinesOfABatchAreKeptAndTheOthersNamed) {
  EXPECT_THAT(write("/write?db=x", "m f=1 1\nbad\nm f=2 2\n"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("X-Influxdb-Error: partial write: "),
                    EndsWith("{\"error\":\"partial write: unable to parse 'bad': missing fields dropped=0\"}\n")));
  EXPECT_EQ(recorder_.store.lines("x"), "m f=1 1\nm f=2 2\n");
  EXPECT_THAT(
      write("/api/v2/write?bucket=y", "bad\n"),
      AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("{\"code\":\"invalid\",\"message\":\"unable to parse 'bad': ")));
  EXPECT_EQ(recorder_.store.lines("y"), "");
}

TEST_F(Influx, NothingIsADatabaseWithoutAName) {
  EXPECT_THAT(write("/write", "m f=1"),
              AllOf(StartsWith("HTTP/1.1 400 "), EndsWith("{\"error\":\"database is required\"}\n")));
  EXPECT_THAT(
      write("/api/v2/write?org=o", "m f=1"),
      AllOf(StartsWith("HTTP/1.1 400 "), EndsWith("{\"code\":\"invalid\",\"message\":\"bucket is required\"}\n")));
  EXPECT_THAT(write("/write?db=a%0ab", "m f=1"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(write("/write?db=" + std::string(300, 'x'), "m f=1"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Influx, PrecisionsThatAreNoneAreRefused) {
  EXPECT_THAT(write("/write?db=x&precision=d", "m f=1 1"),
              EndsWith("{\"error\":\"invalid precision \\\"d\\\" (use n, u, ms, s, m or h)\"}\n"));
}

TEST_F(Influx, RetentionPoliciesAreBucketsOfTheirOwn) {
  write("/write?db=x&rp=weekly", "m f=1 1");
  write("/write?db=x&rp=autogen", "m f=2 2");
  write("/api/v2/write?bucket=x%2Fautogen", "m f=3 3");
  write("/api/v2/write?bucket=x%2Fweekly", "m f=4 4");
  EXPECT_EQ(recorder_.store.lines("x/weekly"), "m f=1 1\nm f=4 4\n");
  EXPECT_EQ(recorder_.store.lines("x"), "m f=2 2\nm f=3 3\n");
}

TEST_F(Influx, SendersComeAgainWhenTheStoreIsFull) {
  recorder_.store.refuse(Error{ErrorCode::Limit, "the disk is full"});
  EXPECT_THAT(write("/write?db=x", "m f=1 1"), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 10\r\n"),
                                                     EndsWith("{\"error\":\"the disk is full\"}\n")));
  EXPECT_THAT(write("/api/v2/write?bucket=x", "m f=1 1"),
              HasSubstr("{\"code\":\"unavailable\",\"message\":\"the disk is full\"}"));
  recorder_.store.refuse(Error{ErrorCode::Io, "the disk is broken"});
  EXPECT_THAT(write("/write?db=x", "m f=1 1"), StartsWith("HTTP/1.1 500 "));
  recorder_.store.refuse(std::nullopt);
  EXPECT_THAT(write("/write?db=x", "m f=1 1"), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(recorder_.metric("inquest_listener_not_stored_total{listener=\"http\"}"), 3);
}

TEST_F(Influx, EachAnswerSaysItsTimeAndWhoseApiItIs) {
  for (const std::string& answer : {ask("GET", "/ping"), write("/write?db=x", "m f=1 1"), ask("GET", "/nothing")}) {
    EXPECT_THAT(answer, AllOf(HasSubstr("\r\nX-Influxdb-Version: 1.8."), HasSubstr(" GMT\r\n"))) << answer;
  }
}

TEST_F(Influx, EmptyBodiesAreFine) { EXPECT_THAT(write("/write?db=x", ""), StartsWith("HTTP/1.1 204 ")); }

TEST_F(Influx, SomebodyIsThere) {
  EXPECT_THAT(ask("GET", "/ping"), AllOf(StartsWith("HTTP/1.1 204 "), HasSubstr("\r\nX-Influxdb-Version: 1.")));
  EXPECT_THAT(ask("HEAD", "/ping"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(ask("GET", "/ping?verbose=true"), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("{\"version\":\"1.")));
  EXPECT_THAT(ask("GET", "/health"), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\"status\":\"pass\"")));
  EXPECT_THAT(ask("GET", "/ready"),
              HasSubstr("{\"status\":\"ready\",\"started\":\"2023-11-14T22:13:20Z\",\"up\":\"0s\"}"));
}

TEST_F(Influx, BucketsAreMadeAndListed) {
  EXPECT_THAT(ask("POST", "/api/v2/buckets", R"({"orgID":"1","name":"one","retentionRules":[]})"),
              AllOf(StartsWith("HTTP/1.1 201 "), HasSubstr("\"name\":\"one\"")));
  EXPECT_THAT(ask("POST", "/api/v2/buckets", R"({"name":"one"})"), StartsWith("HTTP/1.1 422 "));
  EXPECT_THAT(ask("POST", "/api/v2/buckets", R"({"name":"two"})"), StartsWith("HTTP/1.1 201 "));
  const std::string all = ask("GET", "/api/v2/buckets");
  EXPECT_THAT(
      all, AllOf(HasSubstr("\"name\":\"one\""), HasSubstr("\"name\":\"two\""), HasSubstr("\"everySeconds\":2592000")));
  const std::string one = ask("GET", "/api/v2/buckets?name=two");
  EXPECT_THAT(one, AllOf(HasSubstr("\"name\":\"two\""), Not(HasSubstr("\"name\":\"one\""))));
  const std::string id = one.substr(one.find("\"id\":\"") + 6, 16);
  EXPECT_THAT(ask("GET", "/api/v2/buckets/" + id), HasSubstr("\"name\":\"two\""));
  EXPECT_THAT(ask("GET", "/api/v2/buckets?name=three"), StartsWith("HTTP/1.1 404 "));
  for (const char* body : {"", "[]", "{", "{\"name\":1}", "{\"name\":\"\"}", "\xff"})
    EXPECT_THAT(ask("POST", "/api/v2/buckets", body), StartsWith("HTTP/1.1 400 ")) << body;
}

TEST_F(Influx, ThereIsOneOrganisationAndNothingToSetUp) {
  EXPECT_THAT(ask("GET", "/api/v2/orgs?org=mine"), HasSubstr("\"name\":\"mine\""));
  EXPECT_THAT(ask("GET", "/api/v2/setup"), EndsWith("{\"allowed\":false}\n"));
}

TEST_F(Influx, PagesOfOtherSitesGetNothing) {
  EXPECT_THAT(ask("POST", "/write?db=x", "m f=1 1", "Origin: https://example.org\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_EQ(recorder_.store.lines("x"), "");
}

// The token is "secret".
class InfluxWithToken : public Influx {
 protected:
  InfluxWithToken()
      : Influx({{"http-tokens", "me:sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"}}) {}
};

TEST_F(InfluxWithToken, IsOpenToWhoHasIt) {
  EXPECT_THAT(ask("POST", "/write?db=x", "m f=1 1"),
              AllOf(StartsWith("HTTP/1.1 401 "), EndsWith("{\"error\":\"authorization failed\"}\n")));
  EXPECT_THAT(ask("POST", "/api/v2/write?bucket=x", "m f=1 1", "Authorization: Token wrong\r\n"),
              AllOf(StartsWith("HTTP/1.1 401 "),
                    EndsWith("{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}\n")));
  EXPECT_THAT(ask("GET", "/metrics"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("GET", "/ping"), StartsWith("HTTP/1.1 204 "));
  EXPECT_EQ(recorder_.store.lines("x"), "");
  EXPECT_THAT(ask("POST", "/write?db=x&u=me&p=secret", "m f=1 1"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(ask("POST", "/api/v2/write?bucket=x", "m f=1 2", "Authorization: Token secret\r\n"),
              StartsWith("HTTP/1.1 204 "));
}

TEST_F(Influx, MetricsSayWhatWasReceived) {
  write("/write?db=x", "m f=1 1\nbad\n");
  EXPECT_THAT(ask("GET", "/metrics"), AllOf(HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
                                            HasSubstr("\ninquest_listener_messages_total{listener=\"http\"} 2\n"),
                                            HasSubstr("\ninquest_listener_malformed_total{listener=\"http\"} 1\n"),
                                            HasSubstr("\ninquest_listener_bytes_total{listener=\"http\"} 12\n"),
                                            HasSubstr("\ninquest_store_bytes 4711\n")));
}

}  // namespace
}  // namespace inquest::record
