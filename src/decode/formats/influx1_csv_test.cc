#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder influx1_csv_decoder;

namespace {

using Strings = std::vector<std::string>;
using testing::series_of;

model::Case decode(std::string_view text) { return testing::decode_with(influx1_csv_decoder, text, "export.csv"); }

TEST(Influx1Csv, TakesTextForFieldsBesideTags) {
  const model::Case c = decode(
      "name,tags,time,load1,uptime_format\n"
      "system,host=x,1772337610000000000,0.5,2 days\n"
      "system,host=x,1772337620000000000,0.6,3 days\n");
  EXPECT_EQ(series_of(c), Strings({"x system load1 []: 0.5 0.6"}));
}

TEST(Influx1Csv, TakesTextForTagsWhereThereAreNoOthers) {
  const model::Case c = decode(
      "name,time,cpu,host,idle\n"
      "cpu,1772337610,cpu0,x,1\n"
      "cpu,1772337610,cpu1,x,2\n"
      "cpu,1772337620,cpu0,x,3\n");
  EXPECT_EQ(series_of(c), Strings({"x cpu idle [cpu=cpu0]: 1 3", "x cpu idle [cpu=cpu1]: 2"}));
}

TEST(Influx1Csv, ReadsANewHeaderInTheMiddle) {
  const model::Case c = decode(
      "name,time,idle\n"
      "cpu,1772337610,1\n"
      "name,time,idle\n"
      "cpu,1772337620,2\n"
      "name,tags,time,used\n"
      "mem,host=x,1772337610,3\n");
  EXPECT_EQ(series_of(c), Strings({" cpu idle []: 1 2", "x mem used []: 3"}));
}

TEST(Influx1Csv, SaysThatAnAggregateOverAllTimeHasNone) {
  const model::Case c = decode("name,time,max\ncpu,0,99\n");
  EXPECT_TRUE(c.series.empty());
  ASSERT_EQ(c.evidence[0].diagnostics.size(), 1U);
  EXPECT_EQ(c.evidence[0].diagnostics[0].message, "column time is not a time");
}

TEST(Influx1Csv, ClaimsItsOwnOnly) {
  const auto claim = [](std::string_view text) { return influx1_csv_decoder.sniff({text, "x.csv", true}); };
  EXPECT_EQ(claim("\nname,time,idle\n"), Claim::Certain);
  EXPECT_EQ(claim("name,tags,time,idle\n"), Claim::Certain);
  for (const char* text : {"", "name,time\n", "time,name,idle\n", "name,key\ncpu,host\n", "name,tags,idle\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
