#include "evidence/remote/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/remote/influx1.h"
#include "evidence/remote/influx2.h"
#include "evidence/remote/measurements.h"
#include "evidence/remote/prometheus.h"

namespace inquest::evidence {
namespace {

TEST(FindHost, TakesANameWithoutDomainAndPort) {
  const std::vector<std::string> names = {"10.0.0.5:9100", "node-a.lan:9100", "node-b:9100", "node-b.dmz:9100"};
  EXPECT_EQ(find_host(names, "node-b:9100"), "node-b:9100");
  EXPECT_EQ(find_host(names, "NODE-A"), "node-a.lan:9100");
  EXPECT_EQ(find_host(names, "node-b"), "") << "two fit";
  EXPECT_EQ(find_host(names, "10.0.0.5"), "10.0.0.5:9100");
  EXPECT_EQ(find_host(names, "10.0.0.6"), "") << "an address is no short name";
  EXPECT_EQ(find_host(names, "node"), "");
}

// A hostile host name stays inside of its quotes.
TEST(Quoting, LeavesNoWayOut) {
  EXPECT_EQ(influxql_string("a' OR 'x'='x"), R"('a\' OR \'x\'=\'x')");
  EXPECT_EQ(influxql_string("a\\"), R"('a\\')");
  EXPECT_EQ(influxql_name("a\"; DROP DATABASE x"), R"("a\"; DROP DATABASE x")");
  EXPECT_EQ(flux_string("a\" or true //${1}"), R"("a\" or true //\${1}")");
  EXPECT_EQ(promql_string("a\"}\n{"), R"("a\"}\n{")");
  EXPECT_EQ(url_encode("a b&c=d%é"), "a%20b%26c%3Dd%25%C3%A9");
}

TEST(Measurements, AreThoseOfHosts) {
  for (const char* name : {"cpu", "system", "zfs_pool", "cpustat", "blockstat", "memory_value"})
    EXPECT_TRUE(matters(name)) << name;
  for (const char* name : {"nginx", "mysql", "cpus", ""}) EXPECT_FALSE(matters(name)) << name;
}

TEST(Queries, NameTheirAnswersWithoutCredentials) {
  const RemoteWindow window{"node-a", 1'770'652'430 * kSecond, 1'770'652'490 * kSecond};
  for (const char* address : {"influx://me:secret@127.0.0.1:1/telegraf", "influx2://secret@127.0.0.1:1/org/telegraf",
                              "prometheus://me:secret@127.0.0.1:1"}) {
    const auto url = parse_remote_url(address);
    ASSERT_TRUE(url);
    const auto source = RemoteSource::of(*url);
    for (const RemoteQuery& query : source->boots(window)) {
      EXPECT_THAT(query.name, testing::HasSubstr("node-a"));
      EXPECT_THAT(query.name, testing::Not(testing::HasSubstr("secret")));
      EXPECT_THAT(query.request.url, testing::Not(testing::HasSubstr("secret")));
    }
  }
}

TEST(Fetch, RefusesWhatCannotBeReached) {
  struct Refusals : Visitor {
    void item(Item&) override { ADD_FAILURE(); }
    void container(const std::string&, std::string_view, uint64_t) override { ADD_FAILURE(); }
    void refused(const std::string& path, const Error& error, bool) override {
      all.push_back(path + ": " + error.message);
    }
    std::vector<std::string> all;
  } visitor;
  const auto source = RemoteSource::of(*parse_remote_url("prometheus://127.0.0.1:1"));
  fetch(source->boots({"node-a", 0, kSecond}), {}, visitor);
  ASSERT_FALSE(visitor.all.empty());
  EXPECT_THAT(visitor.all[0], testing::HasSubstr("127.0.0.1"));
  EXPECT_FALSE(source->hosts());
}

}  // namespace
}  // namespace inquest::evidence
