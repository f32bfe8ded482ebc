#include "decode/json_facts.h"

#include <vector>

#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

std::vector<std::string> visited(std::string_view json, std::string* trouble = nullptr) {
  std::vector<std::string> out;
  std::string error = visit_json(json, [&](std::string_view path, std::string_view value, std::string_view at) {
    out.push_back(std::string(path) + "=" + std::string(value) + "@" +
                  std::to_string(at.empty() ? 0 : at.data() - json.data()));
  });
  if (trouble != nullptr) *trouble = std::move(error);
  return out;
}

TEST(JsonFacts, NamesEachValueByItsPath) {
  EXPECT_EQ(visited(R"({"a":1,"b":{"c":"x\ny","d":[true,{"e":null}]}})"),
            (std::vector<std::string>{"a=1@5", "b.c=x\ny@16", "b.d.0=true@28", "b.d.1.e=null@38"}));
}

TEST(JsonFacts, KeepsWhatStandsBeforeTheDamage) {
  std::string trouble;
  EXPECT_EQ(visited(R"({"a":1,"b":{"c":)", &trouble).size(), 0U) << "brackets are checked first";
  EXPECT_FALSE(trouble.empty());
  EXPECT_EQ(visited(R"({"a":1,"b":tru})", &trouble).size(), 2U);
}

TEST(JsonFacts, EndsAtALimit) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "{\"a\":";
  deep += "1" + std::string(100, '}');
  std::string trouble;
  EXPECT_TRUE(visited(deep, &trouble).empty());
  EXPECT_FALSE(trouble.empty());
}

}  // namespace
}  // namespace inquest::decode
