// `inquest query`: queries over files, and how it ends.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/process.h"

namespace inquest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::run_inquest;
using ::testing::StartsWith;

constexpr std::string_view kRows =
    "import \"array\" array.from(rows: [{host: \"a\", n: 1, f: 1.5}, {host: \"bb\", n: 20, f: -1.0}])";

TEST(QueryCommand, PrintsATable) {
  const auto ended = run_inquest({"query", std::string(kRows)});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.out, "_result\n  host   n    f\n  a      1  1.5\n  bb    20   -1\n");
}

TEST(QueryCommand, PrintsAnnotatedCsv) {
  const auto ended = run_inquest({"query", "--format", "csv", std::string(kRows)});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out,
              StartsWith("#datatype,string,long,string,long,double\r\n#group,false,false,false,false,false\r\n"));
  EXPECT_THAT(ended.out, HasSubstr(",,0,bb,20,-1\r\n"));
}

TEST(QueryCommand, PrintsJson) {
  const auto ended = run_inquest({"query", "--format", "json", std::string(kRows)});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("\"schema\": 1"));
  EXPECT_THAT(ended.out, HasSubstr("\"bb\""));
}

TEST(QueryCommand, ReadsTheQueryAndItsDataFromFiles) {
  const testing::TemporaryFolder folder;
  const auto data = std::filesystem::path(folder.path()) / "load.csv";
  std::ofstream(data)
      << "#datatype,string,long,dateTime:RFC3339,double\n#group,false,false,false,false\n#default,_result,,,\n"
         ",result,table,_time,_value\n,,0,2026-02-09T04:00:00Z,1\n,,0,2026-02-09T05:00:00Z,2\n";
  const auto query = std::filesystem::path(folder.path()) / "query.flux";
  std::ofstream(query) << "import \"csv\"\ncsv.from(file: \"" << data.string()
                       << "\")\n  |> filter(fn: (r) => r._value > 1.0)\n";
  const auto ended = run_inquest({"query", "-f", query.string()});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("2026-02-09T05:00:00Z"));
  EXPECT_THAT(ended.out, ::testing::Not(HasSubstr("T04:00:00Z")));
}

TEST(QueryCommand, SaysWhereAQueryIsWrong) {
  const auto ended = run_inquest({"query", "x = 1\ny = x +"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, HasSubstr("2:8: expected an expression, found the end of the query"));
  EXPECT_EQ(run_inquest({"query", "1", "2"}).status, 2);
  EXPECT_EQ(run_inquest({"query", "--format", "xml", "1"}).status, 2);
  EXPECT_EQ(run_inquest({"query", "-f", "/not/there.flux"}).status, 3);
}

}  // namespace
}  // namespace inquest
