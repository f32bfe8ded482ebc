#include "query/influxql.h"

#include <map>

#include <gtest/gtest.h>

#include "query/influxql_syntax.h"
#include "query/regexp.h"
#include "store/store.h"

namespace inquest::query {
namespace {

constexpr Ns kStart = 1'700'000'040 * kSecond;  // a whole minute

// Two hosts with a row every ten seconds for a minute: "usage" goes up by one, "state" is a text.
class SmallStore final : public store::Store {
 public:
  SmallStore() {
    for (const std::string host : {"a", "b"}) {
      store::SeriesKey key{"cpu", {{"host", host}}};
      for (int row = 0; row < 6; ++row) rows_[key].push_back(row + (host == "b" ? 10 : 0));
    }
  }

  void write(std::string_view, std::string, Done done) override { done({}); }
  void write(std::vector<store::Event>, Done done) override { done({}); }
  Result<std::vector<std::string>> buckets() override { return names_; }
  Result<void> create_bucket(std::string_view name) override {
    names_.emplace_back(name);
    return {};
  }
  Result<void> select(const store::Selection& selection, const std::function<bool(store::Slice&&)>& take) override {
    for (const auto& [key, values] : rows_) {
      if (!matches(selection, key)) continue;
      store::Slice slice;
      slice.key = &key;
      store::Column usage{"usage", store::FieldType::Float, {}, {}, {}};
      store::Column state{"state", store::FieldType::String, {}, {"up"}, {}};
      for (size_t row = 0; row < values.size(); ++row) {
        const Ns time = kStart + static_cast<Ns>(row) * 10 * kSecond;
        if (time < selection.from || time >= selection.to) continue;
        slice.times.push_back(time);
        usage.bits.push_back(std::bit_cast<uint64_t>(static_cast<double>(values[row])));
        state.bits.push_back(0);
      }
      slice.columns = {state, usage};
      if (!slice.times.empty() && !take(std::move(slice))) break;
    }
    return {};
  }
  Result<void> series(const store::Selection& selection,
                      const std::function<bool(const store::SeriesKey&)>& take) override {
    for (const auto& [key, values] : rows_) {
      if (matches(selection, key) && !take(key)) break;
    }
    return {};
  }
  Result<std::vector<std::pair<std::string, store::FieldType>>> fields(const store::Selection&) override {
    return std::vector<std::pair<std::string, store::FieldType>>{{"state", store::FieldType::String},
                                                                 {"usage", store::FieldType::Float}};
  }
  Result<void> events(const store::EventQuery&, const std::function<bool(store::StoredEvent&&)>&) override {
    return {};
  }
  Result<uint64_t> put_incident(const store::KeptIncident&) override { return 0; }
  Result<std::vector<store::KeptIncident>> incidents(std::optional<uint64_t>) override {
    return std::vector<store::KeptIncident>{};
  }
  Result<void> flush() override { return {}; }
  store::Usage usage() override { return {}; }

 private:
  static bool matches(const store::Selection& selection, const store::SeriesKey& key) {
    if (selection.bucket != "lab" || (selection.measurement && *selection.measurement != key.measurement)) return false;
    for (const store::TagMatch& match : selection.tags) {
      const std::string_view value = key.tag(match.key);
      using Match = store::TagMatch::Kind;
      const bool regex = match.kind == Match::Regex || match.kind == Match::NotRegex;
      const bool hit = regex ? (*Regexp::compile(match.value))->matches(value) : value == match.value;
      if (hit == (match.kind == Match::NotEqual || match.kind == Match::NotRegex)) return false;
    }
    return true;
  }

  std::map<store::SeriesKey, std::vector<int>> rows_;
  std::vector<std::string> names_ = {"lab", "lab/short"};
};

InfluxqlAnswer answered(const InfluxqlRequest& asked, store::Store& store, const Limits& limits = {}) {
  Context context(kStart + kMinute, &store, limits);
  return answer_influxql(asked, context);
}

InfluxqlRequest request(std::string_view query) {
  InfluxqlRequest out;
  out.query = query;
  out.database = "lab";
  out.epoch = "s";
  return out;
}

std::string ask(std::string_view query, std::string_view epoch = "s", size_t chunk = 0) {
  SmallStore store;
  InfluxqlRequest asked = request(query);
  asked.epoch = epoch;
  asked.chunk_rows = chunk;
  return answered(asked, store).body;
}

TEST(Influxql, AnswersAsInfluxdbDoes) {
  struct Case {
    std::string_view query, body;
  };
  const Case cases[] = {
      {"SELECT mean(usage) FROM cpu WHERE time >= 1700000040s AND time < 1700000100s GROUP BY time(30s), host",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","tags":{"host":"a"},"columns":["time","mean"],"values":[[1700000040,1],[1700000070,4]]},{"name":"cpu","tags":{"host":"b"},"columns":["time","mean"],"values":[[1700000040,11],[1700000070,14]]}]}]})"},
      {"SELECT last(\"usage\") FROM \"lab\".\"autogen\".\"cpu\" WHERE \"host\" = 'a'",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","last"],"values":[[1700000090,5]]}]}]})"},
      {"SELECT count(usage) AS n, max(usage) - min(usage) FROM cpu WHERE host =~ /b/",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","n","max_min"],"values":[[0,6,5]]}]}]})"},
      {"SELECT usage FROM cpu WHERE host != 'b' AND usage >= 4 ORDER BY time DESC",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","usage"],"values":[[1700000090,5],[1700000080,4]]}]}]})"},
      {"SELECT * FROM cpu WHERE host = 'a' LIMIT 1",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","host","state","usage"],"values":[[1700000040,"a","up",0]]}]}]})"},
      {"SELECT non_negative_derivative(max(usage), 1s) FROM cpu WHERE host = 'a' AND time >= 1700000040s AND time < "
       "1700000100s GROUP BY time(20s) fill(none)",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","non_negative_derivative"],"values":[[1700000060,0.1],[1700000080,0.1]]}]}]})"},
      {"SELECT sum(usage) FROM cpu WHERE host = 'a' AND time >= 1700000010s AND time < 1700000070s GROUP BY time(30s)",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","sum"],"values":[[1700000010,null],[1700000040,3]]}]}]})"},
      {"SELECT sum(usage) FROM cpu WHERE host = 'a' AND time >= 1700000010s AND time < 1700000070s GROUP BY time(30s) "
       "fill(7)",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","sum"],"values":[[1700000010,7],[1700000040,3]]}]}]})"},
      {"SELECT mean(usage) FROM nothing", R"({"results":[{"statement_id":0}]})"},
      {"SHOW DATABASES; SHOW MEASUREMENTS",
       R"({"results":[{"statement_id":0,"series":[{"name":"databases","columns":["name"],"values":[["lab"]]}]},{"statement_id":1,"series":[{"name":"measurements","columns":["name"],"values":[["cpu"]]}]}]})"},
      {"SHOW TAG KEYS FROM cpu",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["tagKey"],"values":[["host"]]}]}]})"},
      {"SHOW TAG VALUES FROM cpu WITH KEY = host WHERE host =~ /a/",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["key","value"],"values":[["host","a"]]}]}]})"},
      {"SHOW FIELD KEYS",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["fieldKey","fieldType"],"values":[["state","string"],["usage","float"]]}]}]})"},
      {"SHOW SERIES LIMIT 1",
       R"({"results":[{"statement_id":0,"series":[{"columns":["key"],"values":[["cpu,host=a"]]}]}]})"},
      {"SHOW SERIES CARDINALITY; SHOW TAG VALUES EXACT CARDINALITY WITH KEY = host; SHOW FIELD KEY CARDINALITY",
       R"({"results":[{"statement_id":0,"series":[{"columns":["cardinality estimation"],"values":[[2]]}]},{"statement_id":1,"series":[{"name":"cpu","columns":["count"],"values":[[2]]}]},{"statement_id":2,"series":[{"name":"cpu","columns":["count"],"values":[[2]]}]}]})"},
      {"SHOW MEASUREMENTS WHERE host = 'a' AND host = 'b'; SHOW MEASUREMENTS WHERE host != 'a'",
       R"({"results":[{"statement_id":0,"series":[{"name":"measurements","columns":["name"],"values":[["cpu"]]}]},{"statement_id":1}]})"},
      {"SELECT usage + host FROM cpu; SELECT mean(usage) FROM cpu GROUP BY time(1m), time(2m)",
       R"({"results":[{"statement_id":0,"error":"type error: usage::float + host::tag: incompatible types: float and tag"},{"statement_id":1,"error":"multiple time dimensions not allowed"}]})"},
      {"SELECT usage FROM cpu WHERE host = 'a' OR time < 1700000060s",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","usage"],"values":[[1700000040,0],[1700000050,1]]}]}]})"},
      {"SELECT max(m) FROM (SELECT max(usage) AS m FROM cpu WHERE host = 'a'), cpu",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","max"],"values":[[1700000090,5]]}]}]})"},
      {"SELECT atan2(usage, 2), pow(usage, usage) FROM cpu WHERE host = 'a' LIMIT 1 OFFSET 2",
       R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","atan2","pow"],"values":[[1700000060,0.7853981633974483,4]]}]}]})"},
      {"SELECT nonsense(usage) FROM cpu",
       R"json({"results":[{"statement_id":0,"error":"undefined function nonsense()"}]})json"},
  };
  for (const Case& each : cases) EXPECT_EQ(ask(each.query), std::string(each.body) + "\n") << each.query;
}

TEST(Influxql, WritesTimesAsTheClientAsks) {
  const std::string_view query = "SELECT last(usage) FROM cpu WHERE host = 'a'";
  EXPECT_NE(ask(query, "").find("[[\"2023-11-14T22:14:50Z\",5]]"), std::string::npos) << ask(query, "");
  EXPECT_NE(ask(query, "ms").find("[[1700000090000,5]]"), std::string::npos);
  EXPECT_NE(ask(query, "ns").find("[[1700000090000000000,5]]"), std::string::npos);
}

TEST(Influxql, SendsRowsInChunks) {
  const std::string body = ask("SELECT usage FROM cpu WHERE host = 'a'", "s", 4);
  EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 2);
  EXPECT_NE(body.find("\"partial\":true"), std::string::npos);
}

TEST(Influxql, AnswersInCsv) {
  SmallStore store;
  InfluxqlRequest asked = request("SELECT last(usage) FROM cpu WHERE host = 'a'");
  asked.csv = true;
  EXPECT_EQ(answered(asked, store).body, "name,tags,time,last\ncpu,,1700000090,5\n");
  asked.query = "SELECT FROM cpu";
  EXPECT_FALSE(answered(asked, store).understood);
  EXPECT_TRUE(answered(asked, store).body.starts_with("error\n\"error parsing query: "));
}

TEST(Influxql, RefusesAsInfluxdbWordsIt) {
  SmallStore store;
  const auto answer = answered(request("SELECT FROM cpu"), store);
  EXPECT_FALSE(answer.understood);
  EXPECT_EQ(answer.body,
            "{\"error\":\"error parsing query: found FROM, expected identifier, string, number, bool at line 1, char "
            "8\"}\n");
  EXPECT_FALSE(answered(request("DROP DATABASE lab"), store).understood);
  EXPECT_FALSE(answered(request(std::string(5'000, '(')), store).understood);
}

TEST(Influxql, TakesParameters) {
  SmallStore store;
  const auto body = [&](std::string_view query, std::string_view parameters) {
    InfluxqlRequest asked = request(query);
    asked.parameters = parameters;
    return answered(asked, store).body;
  };
  EXPECT_EQ(
      body("SELECT $f FROM cpu WHERE host = $h AND usage > $u AND time > now() - $d LIMIT $n",
           R"({"f":{"identifier":"usage"},"h":"a","u":1.5,"d":{"duration":"1h"},"n":1})"),
      R"({"results":[{"statement_id":0,"series":[{"name":"cpu","columns":["time","usage"],"values":[[1700000060,2]]}]}]})"
      "\n");
  EXPECT_NE(body("SELECT usage FROM cpu WHERE host =~ $h LIMIT 1", R"({"h":{"regex":"b"}})").find(",10]"),
            std::string::npos);
  // A text stays a text, whatever stands in it.
  EXPECT_EQ(body("SELECT usage FROM cpu WHERE host = $h", R"({"h":"' OR host = 'a"})"),
            "{\"results\":[{\"statement_id\":0}]}\n");
  EXPECT_NE(body("SELECT usage FROM cpu WHERE host = $h", "").find("missing parameter: h"), std::string::npos);
  EXPECT_NE(body("SELECT usage FROM cpu WHERE host = $h", "{\"h\":").find("error parsing query parameters"),
            std::string::npos);
  EXPECT_NE(body("SELECT usage FROM cpu WHERE host = $h", "{\"h\":[1]}").find("unable to bind parameter h"),
            std::string::npos);
}

TEST(Influxql, RefusesWhatWouldChangeSomething) {
  SmallStore store;
  for (const char* query : {
           "SELECT usage INTO other FROM cpu",
           "DELETE FROM cpu",
           "DROP MEASUREMENT cpu",
           "SHOW MEASUREMENTS; DROP SERIES FROM cpu",
           "EXPLAIN SELECT usage FROM cpu",
           "ALTER RETENTION POLICY autogen ON lab DURATION 1d",
           "GRANT ALL TO someone",
           "KILL QUERY 1",
           "CREATE USER someone WITH PASSWORD 'x'",
           "CREATE CONTINUOUS QUERY q ON lab BEGIN SELECT mean(usage) INTO x FROM cpu GROUP BY time(1m) END",
           "SHOW STATS",
       }) {
    const auto answer = answered(request(query), store);
    EXPECT_FALSE(answer.understood) << query;
    EXPECT_NE(answer.body.find(" is not supported\"}"), std::string::npos) << answer.body;
  }
}

TEST(Influxql, MakesAndListsDatabases) {
  SmallStore store;
  const auto body = [&](std::string_view query) { return answered(request(query), store).body; };
  EXPECT_EQ(body("CREATE DATABASE \"made\" WITH DURATION 7d; create retention policy weekly on made duration 7d"),
            "{\"results\":[{\"statement_id\":0},{\"statement_id\":1}]}\n");
  EXPECT_NE(body("SHOW DATABASES;").find("[[\"lab\"],[\"made\"]]"), std::string::npos) << body("SHOW DATABASES");
  EXPECT_NE(body("SHOW RETENTION POLICIES ON made")
                .find("[[\"autogen\",\"0s\",\"168h0m0s\",1,true],[\"weekly\",\"0s\",\"168h0m0s\",1,false]]"),
            std::string::npos);
  EXPECT_NE(body("SHOW RETENTION POLICIES ON none").find("database not found: none"), std::string::npos);
  EXPECT_NE(body("CREATE DATABASE \"a\x1b[2J\"").find("\"error\""), std::string::npos);
}

TEST(Influxql, MakesNothingOfWhatItDoesNotUnderstand) {
  SmallStore store;
  for (const char* query : {"CREATE DATABASE \"a", "CREATE DATABASE", "CREATE DATABASE a; SELECT 1", ";;", "\""}) {
    EXPECT_FALSE(answered(request(query), store).understood) << query;
  }
  EXPECT_EQ(store.buckets()->size(), 2U);
}

TEST(Influxql, TruncatedStatementsEndInAnAnswer) {
  const std::string query =
      "SELECT mean(\"usage\") * 2 AS x FROM /c.u/ WHERE time > now() - 1h AND \"host\" =~ /^a/ GROUP BY time(10s, "
      "-5s), "
      "* fill(previous) ORDER BY time DESC LIMIT 3 SLIMIT 1 tz('Europe/Berlin')";
  for (size_t length = 0; length <= query.size(); ++length) EXPECT_FALSE(ask(query.substr(0, length)).empty());
}

TEST(Influxql, HostileStatementsEndAtTheLimits) {
  SmallStore store;
  Limits limits;
  limits.steps = 100'000;
  limits.memory = 1 << 20;
  limits.time = std::chrono::milliseconds(2000);
  std::string wide = "SELECT mean(usage)";
  for (int i = 0; i < 2'000; ++i) wide += ", mean(usage)";
  std::string deep = "SELECT usage FROM ";
  for (int i = 0; i < 200; ++i) deep += "(SELECT usage FROM ";
  for (const std::string& query : {
           std::string("SELECT mean(usage) FROM cpu WHERE time > 0 GROUP BY time(1u)"),
           wide + " FROM cpu WHERE time > now() - 1h GROUP BY time(1s)",
           deep,
           std::string("SELECT holt_winters(mean(usage), 9, 900000) FROM cpu WHERE time > 0 GROUP BY time(1u)"),
           std::string("SELECT a FROM (SELECT usage AS a FROM cpu), cpu GROUP BY time(1u), *"),
           std::string(
               "SELECT count(m) FROM (SELECT mean(usage) AS m FROM cpu WHERE time > 0 GROUP BY time(30s) fill(0))"),
       }) {
    const auto answer = answered(request(query), store, limits);
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos) << query.substr(0, 100) << "\n"
                                                                << answer.body.substr(0, 200);
  }
}

}  // namespace
}  // namespace inquest::query
