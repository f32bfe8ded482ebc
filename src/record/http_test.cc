#include "record/http.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

TEST(Http, DecodesParameters) {
  EXPECT_EQ(parse_query("db=a+b&rp=%41%2fc&x&=y&&z=1=2"),
            (Parameters{{"db", "a b"}, {"rp", "A/c"}, {"x", ""}, {"", "y"}, {"z", "1=2"}}));
  EXPECT_EQ(parse_query("a=%4&b=%zz&c=%"), (Parameters{{"a", "%4"}, {"b", "%zz"}, {"c", "%"}}));
  EXPECT_EQ(parse_query(""), Parameters{});
}

TEST(Http, BoundsTheNumberOfParameters) {
  std::string query;
  for (int i = 0; i < 100'000; ++i) query += "a=b&";
  EXPECT_EQ(parse_query(query).size(), 256U);
}

TEST(Http, FindsTheMostExactRoute) {
  Routes routes;
  const auto nothing = [](HttpRequest, const Respond&) {};
  routes.add("GET", "/", nothing);
  routes.add("GET", "/api/", nothing);
  routes.add("POST", "/api/v2/write", nothing);
  routes.add("*", "/ping", nothing);
  const auto found = [&](std::string_view method, std::string_view path) {
    std::string allowed;
    const Route* route = routes.find(method, path, allowed);
    return route == nullptr ? "none, but " + allowed : route->path;
  };
  EXPECT_EQ(found("GET", "/api/x"), "/api/");
  EXPECT_EQ(found("HEAD", "/api/x"), "/api/");
  EXPECT_EQ(found("GET", "/api"), "/");
  EXPECT_EQ(found("POST", "/api/v2/write"), "/api/v2/write");
  EXPECT_EQ(found("PUT", "/ping"), "/ping");
  EXPECT_EQ(found("DELETE", "/api/v2/write"), "none, but GET, POST");
}

TEST(Http, WritesJsonStringsOfAnyBytes) {
  EXPECT_EQ(json_string("a\"b\n\x1b"), "\"a\\\"b\\n\\u001b\"");
  EXPECT_EQ(json_string("\xff"), "\"\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace inquest::record
