#include "decode/toml_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using ::testing::HasSubstr;

TEST(TomlText, NamesTheLineAndTheRemedy) {
  struct Row {
    std::string_view text;
    size_t line;
    std::string_view remedy;
  };
  const Row rows[] = {
      {"a = 1\nat = 2026-02-09 07:55\n", 2, "a time without seconds goes in quotes"},
      {"a = yes\n", 1, "put text in quotes"},
      {"a = 1\n\nb = \"open\nc = 2\n", 3, "close the quote on its line"},
      {"a = \"he said \"no\"\"\n", 1, "'single quotes'"},
      {"a = 1\na = 2\n", 2, "give each key and table once"},
      {"[a\n", 1, "correct that line"},
  };
  for (const Row& row : rows) {
    const auto table = parse_toml(row.text);
    ASSERT_FALSE(table) << row.text;
    EXPECT_EQ(table.error().code, ErrorCode::Malformed) << row.text;
    EXPECT_EQ(table.error().line, row.line) << row.text;
    EXPECT_THAT(table.error().message, HasSubstr(std::string(row.remedy))) << row.text;
  }
}

std::string repeated(std::string_view part, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += part;
  return out;
}

TEST(TomlText, RefusesDepthThatWouldExhaustTheStack) {
  const std::string deep = repeated("a.", 500'000) + "a";
  const std::string rows[] = {
      deep + " = 1\n",
      "[" + deep + "]\n",
      "[[" + deep + "]]\n",
      "b = { " + deep + " = 1 }\n",
      "b = [ \"\"\"quotes\"\"\"\", { " + deep + " = 1 } ]\n",
      "b = [ '''quotes''''', { " + deep + " = 1 } ]\n",
      "b = \"\\\\\" # comment's end\n" + deep + " = 1\n",
  };
  for (const std::string& text : rows) {
    const auto table = parse_toml(text);
    ASSERT_FALSE(table) << text.substr(0, 40);
    EXPECT_EQ(table.error().code, ErrorCode::Limit) << text.substr(0, 40);
  }
  EXPECT_FALSE(parse_toml("a = " + repeated("[", 500'000)));
  EXPECT_FALSE(parse_toml(repeated("a = 1\n", 400'000)));
}

TEST(TomlText, CountsNoDotsThatAreNoKeys) {
  const std::string dots(500, '.');
  const std::string text = "a = \"" + dots + "\" # " + dots + "\nb = '" + dots + "'\nc = \"\"\"\n" + dots +
                           "\n\"\"\"\nd = [" + repeated("1.5, ", 300) + "2.5]\n";
  const auto table = parse_toml(text);
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ((*table)["d"].as_array()->size(), 301U);
}

TEST(TomlText, KnowsHeadersOfTables) {
  EXPECT_EQ(toml_header("[agent]"), "agent");
  EXPECT_EQ(toml_header("[[ inputs.cpu ]] # each core"), "inputs.cpu");
  for (const std::string_view line : {"", "a = [1]", "[", "[]", "[[", "[agent"})
    EXPECT_EQ(toml_header(line), std::nullopt) << line;
}

}  // namespace
}  // namespace inquest::decode
