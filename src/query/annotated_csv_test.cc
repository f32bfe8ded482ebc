#include "query/annotated_csv.h"

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

constexpr std::string_view kTwoTables =
    "#datatype,string,long,dateTime:RFC3339,double,string,string\r\n"
    "#group,false,false,false,false,true,false\r\n"
    "#default,_result,,,,,\r\n"
    ",result,table,_time,_value,host,note\r\n"
    ",,0,2026-02-09T15:54:50Z,1.5,a,\"say \"\"hi\"\", twice\"\r\n"
    ",,0,2026-02-09T15:54:50.25Z,,a,\r\n"
    ",,1,2026-02-09T15:54:51Z,-3,b,\"two\nlines\"\r\n"
    "\r\n";

TEST(AnnotatedCsv, WritesWhatItRead) {
  const auto results = read_annotated_csv(kTwoTables);
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_EQ(results->size(), 1U);
  const NamedTables& result = results->front();
  EXPECT_EQ(result.name, "_result");
  ASSERT_EQ(result.tables.size(), 2U);
  EXPECT_EQ(result.tables[0].rows, 2U);
  EXPECT_EQ(result.tables[0].find("note")->text(0), "say \"hi\", twice");
  EXPECT_TRUE(result.tables[0].find("_value")->null(1));
  EXPECT_EQ(result.tables[1].key.find("host")->text, "b");
  std::string written;
  write_annotated_csv(*results, CsvDialect::annotated(), written);
  EXPECT_EQ(written, kTwoTables);
}

TEST(AnnotatedCsv, EmptyFieldsTakeTheDefault) {
  const auto results = read_annotated_csv(
      "#datatype,string,long,long,string\n#group,false,false,false,true\n#default,r,0,7,x\n,result,table,n,tag\n"
      ",,,,\n,,,8,\n");
  ASSERT_TRUE(results) << results.error().text();
  const Table& table = results->front().tables.at(0);
  EXPECT_EQ(table.find("n")->integer(0), 7);
  EXPECT_EQ(table.find("n")->integer(1), 8);
  EXPECT_EQ(table.key.find("tag")->text, "x");
}

TEST(AnnotatedCsv, ABlockWithoutRowsIsAnEmptyTable) {
  const std::string_view text =
      "#datatype,string,long,long,string\r\n#group,false,false,false,true\r\n#default,_result,0,,x\r\n"
      ",result,table,n,tag\r\n\r\n";
  const auto results = read_annotated_csv(text);
  ASSERT_TRUE(results) << results.error().text();
  const Table& table = results->front().tables.at(0);
  EXPECT_EQ(table.rows, 0U);
  EXPECT_EQ(table.key.find("tag")->text, "x");
  std::string written;
  write_annotated_csv(*results, CsvDialect::annotated(), written);
  EXPECT_EQ(written, text);
}

TEST(AnnotatedCsv, SeveralResultsAndSchemasInOneBody) {
  const auto results = read_annotated_csv(
      "#datatype,string,long,long\n#group,false,false,false\n#default,a,,\n,result,table,n\n,,0,1\n\n"
      "#datatype,string,long,string\n#group,false,false,false\n#default,a,,\n,result,table,s\n,,1,x\n\n"
      "#datatype,string,long,boolean\n#group,false,false,false\n#default,b,,\n,result,table,t\n,,0,true\n");
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_EQ(results->size(), 2U);
  EXPECT_EQ(results->at(0).tables.size(), 2U);
  EXPECT_TRUE(results->at(1).tables.at(0).find("t")->boolean(0));
}

TEST(AnnotatedCsv, TheBodyOfAnErrorIsThatError) {
  std::string body;
  write_csv_error("it broke, badly", CsvDialect::annotated(), body);
  const auto results = read_annotated_csv(body);
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message, "it broke, badly");
}

TEST(AnnotatedCsv, RefusesWithTheLine) {
  const std::string head = "#datatype,string,long,long\n#group,false,false,false\n#default,a,,\n,result,table,n\n";
  const std::pair<std::string, uint64_t> cases[] = {
      {head + ",,0,1\n,,0,x\n", 6},
      {head + ",,0\n", 5},
      {",result,table,n\n,,0,1\n", 1},
      {"#datatype,string,long,wat\n#group,false,false,false\n#default,a,,\n,result,table,n\n", 4},
      {"#datatype,string,long,long\n#group,false\n", 2},
      {"#datatype,string,long,long\n,result,table,n\n", 2},
      {"#datatype,string,long,long,long\n#group,false,false,false,false\n#default,,,,\n,result,table,n,n\n", 4},
  };
  for (const auto& [text, line] : cases) {
    const auto results = read_annotated_csv(text);
    ASSERT_FALSE(results) << text;
    EXPECT_EQ(results.error().line, line) << results.error().text();
  }
}

TEST(AnnotatedCsv, TruncatedAndFlippedBodiesEndInTablesOrAnError) {
  for (size_t length = 0; length <= kTwoTables.size(); ++length) {
    const auto results = read_annotated_csv(kTwoTables.substr(0, length));
    if (!results) {
      EXPECT_FALSE(results.error().message.empty());
    }
  }
  for (size_t at = 0; at < kTwoTables.size(); ++at) {
    std::string damaged(kTwoTables);
    damaged[at] = static_cast<char>(damaged[at] ^ 0x15);
    const auto results = read_annotated_csv(damaged);
    if (results) {
      std::string out;
      write_annotated_csv(*results, CsvDialect::annotated(), out);
      EXPECT_LE(out.size(), 4 * kTwoTables.size());
    }
  }
}

TEST(AnnotatedCsv, KeepsItsLimits) {
  EXPECT_EQ(read_annotated_csv(kTwoTables, {2, 100, 100}).error().code, ErrorCode::Limit);
  EXPECT_EQ(read_annotated_csv(kTwoTables, {100, 4, 100}).error().code, ErrorCode::Limit);
  EXPECT_EQ(read_annotated_csv(kTwoTables, {100, 100, 1}).error().code, ErrorCode::Limit);
}

TEST(AnnotatedCsv, TextOfValues) {
  EXPECT_EQ(csv_text(Cell::of(0.1)), "0.1");
  EXPECT_EQ(csv_text(Cell::of(1e21)), "1000000000000000000000");
  EXPECT_EQ(csv_text(Cell::of(-1e300)).size(), 302U);
  EXPECT_EQ(csv_text(Cell::of(1.0 / 0.0)), "+Inf");
  EXPECT_EQ(csv_text(Cell::time(1'500'000'000)), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(parse_rfc3339("2026-02-09T16:54:50+01:00"), parse_rfc3339("2026-02-09T15:54:50Z"));
  EXPECT_TRUE(parse_rfc3339("2026-02-09"));
  EXPECT_FALSE(parse_rfc3339("2026-02-09T16:54:50"));
}

TEST(RawCsv, IsStringsUnderTheFirstRow) {
  const auto table = read_raw_csv("a,b\n1,\n,x\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows, 2U);
  EXPECT_EQ(table->find("a")->text(0), "1");
  EXPECT_FALSE(table->find("b")->null(0));
  EXPECT_FALSE(read_raw_csv("a,a\n"));
  EXPECT_FALSE(read_raw_csv("a,b\n1\n"));
}

}  // namespace
}  // namespace inquest::query
