// Whole inquiries on real captures: each folder of tests/stories/ has evidence/ and expected.json, which names what
// must be found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.h"

namespace inquest::testing {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::vector<std::string> stories() {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(fs::path(INQUEST_SOURCE_DIR) / "tests/stories")) {
    if (entry.is_directory()) out.push_back(entry.path().filename());
  }
  std::ranges::sort(out);
  return out;
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// Every member that is expected must be there with that value; a list must have exactly the expected elements; a text
// that begins with "~" must be contained.
void expect_match(const Json& expected, const Json& actual, const std::string& path) {
  if (expected.is_object()) {
    ASSERT_TRUE(actual.is_object()) << path;
    for (const auto& [key, value] : expected.items()) {
      ASSERT_TRUE(actual.contains(key)) << path << "/" << key << " is missing";
      expect_match(value, actual[key], path + "/" + key);
    }
  } else if (expected.is_array()) {
    ASSERT_TRUE(actual.is_array()) << path;
    ASSERT_EQ(expected.size(), actual.size()) << path << ": " << actual.dump(1);
    for (size_t i = 0; i < expected.size(); ++i) expect_match(expected[i], actual[i], path + "/" + std::to_string(i));
  } else if (expected.is_string() && expected.get<std::string>().starts_with("~")) {
    ASSERT_TRUE(actual.is_string()) << path;
    EXPECT_NE(actual.get<std::string>().find(expected.get<std::string>().substr(1)), std::string::npos)
        << path << ": " << actual;
  } else {
    EXPECT_EQ(expected, actual) << path;
  }
}

class Story : public ::testing::TestWithParam<std::string> {};

TEST_P(Story, IsToldAsItHappened) {
  const fs::path folder = fs::path(INQUEST_SOURCE_DIR) / "tests/stories" / GetParam();
  const Ended ended = run_inquest({"examine", "--format", "json", (folder / "evidence").string()});
  ASSERT_EQ(ended.status, 0) << ended.err;
  const Json actual = Json::parse(ended.out, nullptr, false);
  ASSERT_FALSE(actual.is_discarded()) << ended.out;
  const Json expected = Json::parse(slurp(folder / "expected.json"), nullptr, false);
  ASSERT_FALSE(expected.is_discarded());
  expect_match(expected, actual, "");
}

INSTANTIATE_TEST_SUITE_P(Captures, Story, ::testing::ValuesIn(stories()), [](const auto& story) {
  std::string name = story.param;
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace inquest::testing
