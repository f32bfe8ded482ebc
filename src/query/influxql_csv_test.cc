#include "query/influxql_csv.h"

#include <gtest/gtest.h>

namespace inquest::query {
namespace {

TEST(InfluxqlCsv, IsThatOfInfluxdb) {
  const Cell none = Cell::none(ColumnType::Float);
  const Cell time = Cell::time(1'760'000'060 * kSecond);
  const std::vector<InfluxqlResult> results = {
      {{{"odd",
         {{"ho st", "a,b=c"}, {"none", ""}, {"z", "\""}},
         {"time", "s", "v"},
         {{time, Cell::of(std::string("a,b\"c")), Cell::of(1e21)}, {time, Cell::of(true), none}}},
        {"odd",
         {{"z", "2"}},
         {"time", "s", "v"},
         {{time, Cell::of(std::string("two\nlines")), Cell::of(int64_t{-3})}}}},
       ""},
      {{}, "database not found: x"},
      {{{"", {}, {"name"}, {{Cell::of(std::string("cpu"))}}}}, ""},
  };
  EXPECT_EQ(influxql_csv(results, "s"),
            "name,tags,time,s,v\n"
            "odd,\"ho\\ st=a\\,b\\=c,z=\"\"\",1760000060,\"a,b\"\"c\",1000000000000000000000\n"
            "odd,\"ho\\ st=a\\,b\\=c,z=\"\"\",1760000060,true,\n"
            "odd,z=2,1760000060,\"two\nlines\",-3\n"
            "\n"
            "name,tags,name\n"
            ",,cpu\n");
  EXPECT_NE(influxql_csv(results, "").find(",1760000060000000000,true,\n"), std::string::npos);
  EXPECT_EQ(influxql_csv({}, ""), "");
  EXPECT_EQ(influxql_csv_error("no \"x\""), "error\n\"no \"\"x\"\"\"\n");
}

}  // namespace
}  // namespace inquest::query
