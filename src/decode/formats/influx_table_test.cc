#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder influx_table_decoder;

namespace {

using Strings = std::vector<std::string>;
using testing::problems_of;
using testing::series_of;

model::Case decode(std::string_view text) { return testing::decode_with(influx_table_decoder, text, "table.txt"); }

constexpr std::string_view kFlux =
    "Table: keys: [_field, host]\n"
    "  _field:string    host:string                      _time:time   _value:float  \n"
    "---------------  -------------  ------------------------------  -------------  \n";

TEST(InfluxTable, CutsRightAlignedColumnsAtTheirDashes) {
  const model::Case c = decode(std::string(kFlux) +
                               "           idle    two words x  2026-03-01T04:00:00.000000000Z           99.5  \n"
                               "           idle                 2026-03-01T04:00:10.000000000Z             -5  \n"
                               "           idle                 2026-03-01T04:00:10.000000000Z\n");
  EXPECT_EQ(series_of(c), Strings({"two words x  idle []: 99.5", "  idle []: -5"}));
  EXPECT_EQ(problems_of(c), Strings());
}

TEST(InfluxTable, TakesRowsThatLostTheirBlanksByTheirWords) {
  const model::Case c = decode(std::string(kFlux) + "idle x 2026-03-01T04:00:00.000000000Z 99.5\n" +
                               "idle x 2026-03-01T04:00:00.000000000Z 99.5 %\n");
  EXPECT_EQ(series_of(c), Strings({"x  idle []: 99.5"}));
  EXPECT_EQ(problems_of(c), Strings({"5 row does not fit below its header"}));
}

TEST(InfluxTable, ReadsAColumnOfTheGroupKeyAsTag) {
  const model::Case c = decode(
      "Table: keys: [host, disk]\n"
      "host:string  disk:string           _time:time  state:string  free:int  \n"
      "-----------  -----------  --------------------  ------------  --------  \n"
      "          x          sda  2026-03-01T04:00:00Z            ok        17  \n");
  EXPECT_EQ(series_of(c), Strings({"x  free [disk=sda]: 17"}));
}

TEST(InfluxTable, CutsLeftAlignedColumnsWithEmptyCells) {
  const model::Case c = decode(
      "name: cpu\n"
      "tags: host=x\n"
      "time       idle user state\n"
      "----       ---- ---- -----\n"
      "1772337610 99.5 0.5  very idle\n"
      "1772337620      0.6\n"
      "\n"
      "name: mem\n"
      "time       used\n"
      "----       ----\n"
      "1772337610 7\n");
  EXPECT_EQ(series_of(c), Strings({"x cpu idle []: 99.5", "x cpu user []: 0.5 0.6", " mem used []: 7"}));
}

TEST(InfluxTable, ReadsTabsOfOldShells) {
  const model::Case c = decode(
      "name: "
      "cpu\ntime\t\t\tidle\tuser\n----\t\t\t----\t----\n1772337610000000000\t99.5\t0.5\n1772337620000000000\t\t0.6\n");
  EXPECT_EQ(series_of(c), Strings({" cpu idle []: 99.5", " cpu user []: 0.5 0.6"}));
}

TEST(InfluxTable, PassesOverPromptsAndReportsErrors) {
  const model::Case c = decode(
      "> select idle from cpu\n"
      "name: cpu\n"
      "time       idle\n"
      "----       ----\n"
      "1772337610 99.5\n"
      "> select\n"
      "ERR: error parsing query\n"
      "something else\n");
  EXPECT_EQ(series_of(c), Strings({" cpu idle []: 99.5"}));
  EXPECT_EQ(problems_of(c), Strings({"7 the query failed: error parsing query", "8 a line outside of any table"}));
}

TEST(InfluxTable, ClaimsItsOwnOnly) {
  const auto claim = [](std::string_view text) { return influx_table_decoder.sniff({text, "x", true}); };
  EXPECT_EQ(claim(kFlux), Claim::Certain);
  EXPECT_EQ(claim("> select\n\ntime idle\n---- ----\n"), Claim::Certain);
  EXPECT_EQ(claim("time\tidle\n----\t----\n"), Claim::Certain);
  for (const char* text :
       {"", "time idle\n1 2\n", "time idle\n--------\n---\n", "times idle\n----- ----\n", "Title\n-----\n",
        "time idle\n---- ---- ----\n", "Table: keys\n", "time  idle\n---- ----\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
