#include "decode/csv_shape.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"

namespace inquest::decode {
namespace {

std::optional<CsvShape> shape(std::string_view text) { return csv_shape(lines(text)); }

// Columns by name and the first letter of what they are taken for.
std::string columns(const CsvShape& shape) {
  std::string out;
  for (const Column& c : shape.columns) {
    char role = '?';
    switch (c.role) {
      case Role::Skip: role = '-'; break;
      case Role::Time: role = 'T'; break;
      case Role::Host: role = 'H'; break;
      case Role::Measurement: role = 'M'; break;
      case Role::FieldName: role = 'F'; break;
      case Role::Number: role = 'N'; break;
      case Role::Guess: role = 'G'; break;
      default: break;
    }
    out += (out.empty() ? "" : " ") + c.name + ":" + role;
  }
  return out;
}

TEST(CsvShape, FindsTimesAndFigures) {
  struct {
    const char* text;
    const char* columns;
    size_t first_row;
  } const cases[] = {
      {"time,value\n2026-03-01T04:00:00Z,1\n", "time:T value:N", 1},
      {"Host,Timestamp,CPU,State\nx,1772337610,1,ok\n", "Host:H Timestamp:T CPU:N State:G", 1},
      {"start,load\n2026-03-01 04:00:00,1\n", "start:T load:N", 1},
      {"1772337610,1,2\n1772337620,1,2\n", "time:T column 2:N column 3:N", 0},
      {"2026-03-01T04:00:00Z,1\n", "time:T value:N", 0},
      {"sep=;\n\ntime;value\n1772337610;1\n", "time:T value:N", 3},
      {"# exported\n#time,load\n1772337610,1\n", "time:T load:N", 2},
      {"# exported\ntime,load\n1772337610,1\n", "time:T load:N", 2},
      {"time\tmetric\tvalue\thost\n1772337610\tidle\t1\tx\n", "time:T metric:F value:N host:H", 1},
      {"time,metric,size\n1772337610,idle,1\n", "time:T metric:G size:N", 1},
      {"\"Time\",\"cpu, total\"\n\"1772337610\",\"99.8%\"\n", "Time:T cpu, total:N", 1},
      {",time,v,v\n0,1772337610,1,2\n", ":- time:T v:N v (column 4):N", 1},
      {"time,value\n1772337610,\n1772337620,null\n1772337630,3\n", "time:T value:N", 1},
      {"time,value\n1772337610,1\n1772337620,2\n1772337630,3\n1772337640\n", "time:T value:N", 1},
  };
  for (const auto& c : cases) {
    const auto got = shape(c.text);
    ASSERT_TRUE(got) << c.text;
    EXPECT_EQ(columns(*got), c.columns) << c.text;
    EXPECT_EQ(got->first_row, c.first_row) << c.text;
  }
}

TEST(CsvShape, TellsDecimalCommasFromPoints) {
  EXPECT_EQ(shape("time;value\n1772337610;99,8\n")->style.decimal_point, ',');
  EXPECT_EQ(shape("time;value\n1772337610;99.8\n")->style.decimal_point, '.');
  EXPECT_EQ(shape("time;value\n1772337610;99\n")->style.decimal_point, '.');
}

TEST(CsvShape, KnowsWhetherTheTimeIsNamed) {
  EXPECT_TRUE(shape("time,value\n1772337610,1\n")->time_is_named);
  EXPECT_TRUE(shape("#time,value\n1772337610,1\n")->time_is_named);
  EXPECT_FALSE(shape("start,value\n1772337610,1\n")->time_is_named);
  EXPECT_FALSE(shape("1772337610,1\n")->time_is_named);
}

TEST(CsvShape, RefusesOtherText) {
  for (const char* text : {
           "",
           "\n\n",
           "time,value\n",
           "time\n1772337610\n",
           "time,state\n1772337610,ok\n",
           "a,b\n1,2\n",
           "kernel,aspm,outcome\n6.17,off,hang\n",
           "time,value\nyesterday,1\n",
           "time,code,message\n1772337610,5,the disk was not there when it was looked for\n",
           "time,value\n1772337610,1\n1772337620\n1772337630\n",
           "2026-03-01 04:00:00,123 INFO started\n2026-03-01 04:00:01,456 INFO done\n",
           "2026-03-01T04:00:00Z pve-a kernel: a, b\n",
       }) {
    EXPECT_FALSE(shape(text)) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
