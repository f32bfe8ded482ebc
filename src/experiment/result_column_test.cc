#include "experiment/result_column.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

ResultColumn found(std::string_view text, const Choice& choice = {}) {
  const auto tables = read_tables(text);
  if (!tables) {
    ADD_FAILURE() << tables.error().message;
    return {};
  }
  auto result = find_result(tables->front(), choice);
  if (!result) {
    ADD_FAILURE() << result.error().message;
    return {};
  }
  return *std::move(result);
}

std::string told(const ResultColumn& result) {
  std::string out;
  for (const auto& count : result.counts)
    out +=
        (out.empty() ? "" : " ") + (count ? std::to_string(count->failures) + "/" + std::to_string(count->runs) : "?");
  return out;
}

TEST(ResultColumn, IsGuessedByHeadingAndWords) {
  struct Case {
    std::string_view table;
    size_t column;
    std::string_view told;
  };
  const Case cases[] = {
      {"serial,result\nyes,ok\nno,panic\n", 1, "0/1 1/1"},
      {"panic,serial\nyes,no\nno,yes\n", 0, "1/1 0/1"},
      {"serial;bootet\nja;nein\nnein;ja\n", 1, "1/1 0/1"},
      {"serial,disk,what\nyes,2G,✅\nno,2G,❌\n", 2, "0/1 1/1"},
      {"patched,ok?,note\nx,-,a\nx,x,b\n", 1, "1/1 0/1"},
      {"zfs,3 tries\n2.1,3/3 panics\n2.2,0/3\n", 1, "3/3 0/3"},
      {"zfs,tries\n2.1,2 of 5\n2.2,5 of 5 ok\n", 1, "2/5 0/5"},
      {"zfs,panics,runs\n2.1,2,4\n2.2,0,7\n", 1, "2/4 0/7"},
      {"zfs,failures,passes\n2.1,2,4\n2.2,0,7\n", 2, "2/6 0/7"},
      {"zfs,runs,result\n2.1,4,panic\n2.2,7,ok\n", 2, "4/4 0/7"},
      {"zfs;result\n2.1;2x ok, 3x panic\n2.2;✅✅❌\n", 1, "3/5 1/3"},
      {"zfs,result\n2.1,red\n2.2,ok\n2.3,ok\n", 1, "1/1 0/1 0/1"},
      {"zfs,result\n2.1,panic\n2.2,\n2.3,not tested\n", 1, "1/1 ? ?"},
      {"bios,exit\n1.0,0\n1.1,1\n", 1, "0/1 1/1"},
      {"a,exit status,log\nx,0,p\n-,137,q\n-,1,r\n", 1, "0/1 1/1 1/1"},
      {"a,hangs?\nx,-\n-,x\n", 1, "0/1 1/1"},
      {"a,crashes\nx,2\n-,0\n", 1, "1/1 0/1"},
      {"nosmt,panic\n+,-\n-,+\n", 1, "0/1 1/1"},
      {"nosmt,result\n+,-\n-,+\n", 1, "1/1 0/1"},
  };
  for (const Case& c : cases) {
    const ResultColumn result = found(c.table);
    EXPECT_EQ(result.column, c.column) << c.table;
    EXPECT_EQ(told(result), c.told) << c.table;
    EXPECT_FALSE(result.why.empty());
  }
}

TEST(ResultColumn, IsTakenAsNamed) {
  const ResultColumn result = found("Befund,serial\nrot,yes\ngrün,no\nblau,no\n", {"befund", {"rot", "blau"}, {}});
  EXPECT_EQ(result.column, 0U);
  EXPECT_EQ(told(result), "1/1 0/1 1/1");
  const auto tables = read_tables("a,b\n1,2\n");
  EXPECT_EQ(find_result(tables->front(), {"nonsense", {}, {}}).error().code, ErrorCode::NotFound);
}

TEST(ResultColumn, SaysSoWhereYesMayMeanEither) {
  EXPECT_EQ(found("a,result\nx,yes\ny,no\n").doubts.size(), 1U);
  EXPECT_TRUE(found("a,panic\nx,yes\ny,no\n").doubts.empty());
}

TEST(ResultColumn, CountsOnlyWhatIsACount) {
  for (const auto* text :
       {"", "20G", "1/0", "4/3", "2026/01/02", "9999999999/9999999999", "1000001/1000001", "a/b", "❌"})
    EXPECT_FALSE(count_in(text, Heading::Other)) << text;
  const auto passes = count_in("4/5", Heading::Success);
  ASSERT_TRUE(passes);
  EXPECT_EQ(passes->failures, 1U);
}

TEST(ResultColumn, IsRefusedWhereNothingIsFilledIn) {
  const auto tables = read_tables("Run,serial,Result\n1,yes,\n2,no,\n");
  ASSERT_TRUE(tables);
  const auto result = find_result(tables->front(), {});
  ASSERT_FALSE(result);
}

}  // namespace
}  // namespace inquest::experiment
