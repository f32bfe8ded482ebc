#include "query/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::query {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The answer, or "status JSON".
std::string answered(std::string_view type, std::string_view body) {
  const auto told = [](const Error& error) { return std::to_string(http_status(error)) + " " + error_json(error); };
  const auto request = parse_request(type, body);
  if (!request) return told(request.error());
  Context context(0, nullptr, {});
  std::string out;
  const auto done = answer(*request, context, [&](std::string_view part) {
    out += part;
    return Result<void>{};
  });
  return done ? out : told(done.error());
}

TEST(Request, AnswersPlainFluxInCsv) {
  const auto out =
      answered("application/vnd.flux; charset=utf-8", "import \"array\" array.from(rows: [{a: 1, b: \"x\"}])");
  EXPECT_EQ(out, ",result,table,a,b\r\n,_result,0,1,x\r\n\r\n");
}

TEST(Request, TakesTheDialectOfAJsonBody) {
  const auto out = answered("application/json", R"j({
      "query": "import \"array\" array.from(rows: [{a: now()}])",
      "now": "2026-02-09T15:54:50Z",
      "dialect": {"delimiter": ";", "annotations": ["datatype", "group", "default"], "header": true}})j");
  EXPECT_THAT(out, StartsWith("#datatype;string;long;dateTime:RFC3339"));
  EXPECT_THAT(out, HasSubstr("2026-02-09T15:54:50Z"));
}

TEST(Request, WritesAnnotationsOnceInTheOrderInWhichTheyAreAskedFor) {
  const auto out = answered("application/json", R"j({
      "query": "import \"array\" array.from(rows: [{a: 1}])",
      "dialect": {"annotations": ["group", "datatype", "group"]}})j");
  EXPECT_EQ(out, "#group,false,false,false\r\n#datatype,string,long,long\r\n,result,table,a\r\n,_result,0,1\r\n\r\n");
}

TEST(Request, TakesValuesFromExternAndParams) {
  const auto out = answered("application/json", R"j({
      "query": "import \"array\" array.from(rows: [{a: params.host, b: v.n, c: \"${v.d}\", e: v.l[1], f: v.f}])",
      "params": {"host": "db\"1 ${x}"},
      "extern": {"type": "File", "package": null, "imports": null, "body": [
        {"type": "OptionStatement", "assignment": {
          "type": "VariableAssignment",
          "id": {"type": "Identifier", "name": "v"},
          "init": {"type": "ObjectExpression", "properties": [
            {"type": "Property", "key": {"type": "Identifier", "name": "n"},
             "value": {"type": "IntegerLiteral", "value": "7"}},
            {"type": "Property", "key": {"type": "Identifier", "name": "f"},
             "value": {"type": "FloatLiteral", "value": 2.5}},
            {"type": "Property", "key": {"type": "Identifier", "name": "l"},
             "value": {"type": "ArrayExpression", "elements": [
               {"type": "BooleanLiteral", "value": false},
               {"type": "BooleanLiteral", "value": true}]}},
            {"type": "Property", "key": {"type": "Identifier", "name": "d"},
             "value": {"type": "UnaryExpression", "operator": "-",
                       "argument": {"type": "DurationLiteral", "values": [{"magnitude": 1, "unit": "h"}]}}}
          ]}}}]}})j");
  EXPECT_EQ(out, ",result,table,a,b,c,e,f\r\n,_result,0,\"db\"\"1 ${x}\",7,-1h,true,2.5\r\n\r\n");
}

TEST(Request, TellsErrorsAsInfluxDoes) {
  EXPECT_EQ(answered("application/vnd.flux", "1 +"),
            R"j(400 {"code":"invalid","message":"1:4: expected an expression, found the end of the query"})j");
  EXPECT_THAT(answered("application/vnd.flux", "from(bucket: \"x\") |> range(start: -1h)"),
              StartsWith(R"j(500 {"code":"internal error")j"));
}

TEST(Request, AnErrorBehindAResultIsATable) {
  const auto out = answered("application/vnd.flux",
                            "import \"array\"\narray.from(rows: [{a: 1}]) |> yield(name: \"first\")\n"
                            "array.from(rows: [{a: 1}]) |> range(start: -1h) |> yield(name: \"second\")");
  EXPECT_THAT(out, HasSubstr(",first,0,1"));
  EXPECT_THAT(out, HasSubstr("error"));
  EXPECT_THAT(out, HasSubstr("_time"));
}

TEST(Request, RefusesBodiesThatAreNone) {
  for (
      const std::string_view body :
      {"", "{", "[]", "{}", R"j({"query": 1})j", R"j({"query": "1", "type": "influxql"})j",
       R"j({"query": "1", "now": "x"})j", R"j({"query": "1", "dialect": {"delimiter": 1}})j",
       R"j({"query": "1", "dialect": {"annotations": ["x"]}})j",
       R"j({"query": "1", "extern": {"type": "File", "body": [{"type": "BadStatement"}]}})j",
       R"j({"query": "1", "extern": {"type": "File", "body": [{"type": "VariableAssignment", "id": {"name": "a b"}}]}})j",
       R"j({"query": "1", "params": {"a": null}})j"}) {
    EXPECT_THAT(answered("application/json", body), StartsWith("400 {\"code\":\"invalid\"")) << body;
  }
  EXPECT_THAT(answered("text/html", "1"), StartsWith("400 {\"code\":\"invalid\"")) << "JSON, whatever it is called";
}

TEST(Request, NeitherDeepJsonNorDeepExternGoesDeep) {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "[";
  EXPECT_THAT(answered("application/json", R"j({"query": "1", "params": {"a": )j" + deep), StartsWith("400"));
  std::string closed = deep;
  for (int i = 0; i < 10'000; ++i) closed += "]";
  EXPECT_THAT(answered("application/json", R"j({"query": "1", "params": {"a": )j" + closed + "}}"),
              HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace inquest::query
