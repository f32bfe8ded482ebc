#include "decode/csv_row.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::decode {
namespace {

using Strings = std::vector<std::string>;

Strings split(std::string_view text, char separator = ',') {
  CsvRow row(separator);
  EXPECT_EQ(row.split(text), CsvRow::State::Whole) << text;
  return {row.fields().begin(), row.fields().end()};
}

TEST(CsvRow, SplitsAtSeparators) {
  EXPECT_EQ(split(""), Strings({""}));
  EXPECT_EQ(split(","), Strings({"", ""}));
  EXPECT_EQ(split("a,b,,d"), Strings({"a", "b", "", "d"}));
  EXPECT_EQ(split("a;b,c;d", ';'), Strings({"a", "b,c", "d"}));
  EXPECT_EQ(split("a\tb", '\t'), Strings({"a", "b"}));
}

TEST(CsvRow, UndoesQuotes) {
  EXPECT_EQ(split(R"("a","b,c","")"), Strings({"a", "b,c", ""}));
  EXPECT_EQ(split(R"(x,"say ""no"", twice",z)"), Strings({"x", R"(say "no", twice)", "z"}));
  EXPECT_EQ(split(R"("a",)"), Strings({"a", ""}));
  EXPECT_EQ(split("\"2 days,\n 8:21\",x"), Strings({"2 days,\n 8:21", "x"}));
}

TEST(CsvRow, TakesStrayQuotesAsText) {
  EXPECT_EQ(split(R"(5" disk,b)"), Strings({R"(5" disk)", "b"}));
  EXPECT_EQ(split(R"("a"b",c)"), Strings({R"(a"b)", "c"}));
}

// Long rows take another way than short ones, and the last bytes of them a third.
TEST(CsvRow, SplitsRowsOfAnyLength) {
  for (size_t fields = 1; fields < 40; ++fields) {
    for (size_t length = 0; length < 20; ++length) {
      std::string text;
      Strings expected;
      for (size_t i = 0; i < fields; ++i) {
        expected.emplace_back(length, static_cast<char>('a' + i % 26));
        text += (i == 0 ? "" : ",") + expected.back();
      }
      ASSERT_EQ(split(text), expected);
      std::string quoted = text;
      expected.emplace_back("q,q");
      quoted += ",\"q,q\"";
      ASSERT_EQ(split(quoted), expected);
    }
  }
}

TEST(CsvRow, LeavesWhatIsBeyondTheMostFieldsInOne) {
  CsvRow row;
  EXPECT_EQ(row.split(std::string(10'000, ',')), CsvRow::State::Whole);
  EXPECT_EQ(row.fields().size(), CsvRow::kMostFields);
  EXPECT_EQ(row.fields().back().size(), 10'000 - (CsvRow::kMostFields - 1));
}

TEST(CsvRow, KnowsWhetherAFieldGoesOn) {
  CsvRow row;
  for (const char* text : {R"("a)", R"(x,")", R"("a"",)", R"("a"",b"",)"}) {
    EXPECT_EQ(row.split(text), CsvRow::State::Open) << text;
  }
  struct {
    const char* next;
    bool open;
  } const cases[] = {
      {"", true},           {"text", true},           {R"(b")", false},     {R"(b",c)", false}, {R"(b"",c)", true},
      {R"(b",c,"d)", true}, {R"(b",c,"d",e)", false}, {R"(b",c"d)", false}, {R"(b",)", false},  {R"(b",")", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(row.still_open(c.next), c.open) << c.next;
    EXPECT_EQ(row.split(std::string("\"a\n") + c.next) == CsvRow::State::Open, c.open) << c.next;
  }
}

}  // namespace
}  // namespace inquest::decode
