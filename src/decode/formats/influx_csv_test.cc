#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"
#include "support/records.h"

namespace inquest::decode {

extern const Decoder influx_csv_decoder;

namespace {

using Strings = std::vector<std::string>;
using testing::decode_with;
using testing::problems_of;

constexpr std::string_view kHeader = ",result,table,_start,_stop,_time,_value,_field,_measurement,host\n";
constexpr std::string_view kAnnotations =
    "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string\n"
    "#default,_result,,,,,,,,\n";

std::string row(int second, std::string_view value, std::string_view rest = "idle,cpu,x") {
  return fmt::format(",,0,2026-03-01T04:00:00Z,2026-03-01T05:00:00Z,2026-03-01T04:00:{:02}Z,{},{}\n", second, value,
                     rest);
}

// "field@LINE=VALUE" of all samples, series by series.
Strings samples(const model::Case& c) {
  Strings out;
  for (const model::Series& s : c.series) {
    for (size_t i = 0; i < s.samples.size(); ++i) {
      out.push_back(fmt::format("{}@{}={}", c.str(s.field), s.samples[i].line, s.samples[i].value));
    }
  }
  return out;
}

model::Case decode(std::string_view text) { return decode_with(influx_csv_decoder, text, "export.csv"); }

TEST(InfluxCsv, ReadsRowsThatOnlyDifferInTimeAndFigure) {
  std::string text = std::string(kAnnotations) + std::string(kHeader);
  for (int i = 0; i < 5; ++i) text += row(i, fmt::format("{}.5", i));
  text += row(5, "\"5.5\"") + row(6, "6.5") + row(7, "7.5", "idle,cpu,y") + row(8, "8.5", "idle,cpu,y") + row(9, "9.5");
  const model::Case c = decode(text);
  EXPECT_EQ(samples(c), Strings({"idle@4=0.5", "idle@5=1.5", "idle@6=2.5", "idle@7=3.5", "idle@8=4.5", "idle@9=5.5",
                                 "idle@10=6.5", "idle@13=9.5", "idle@11=7.5", "idle@12=8.5"}));
  EXPECT_EQ(problems_of(c), Strings());
}

TEST(InfluxCsv, LosesOneRowToEachBreak) {
  std::string text = std::string(kAnnotations) + std::string(kHeader);
  text += row(0, "0") + row(1, "1") + row(2, "2,2") + row(3, "1e999") + row(4, "x") + row(5, "5");
  text += ",,0,2026-03-01T04:00:00Z,2026-03-01T05:00:00Z,2026-03-01T04:0\n" + row(6, "6") + row(77, "7") + row(8, "8");
  const model::Case c = decode(text);
  EXPECT_EQ(samples(c), Strings({"idle@4=0", "idle@5=1", "idle@9=5", "idle@11=6", "idle@13=8"}));
  EXPECT_EQ(problems_of(c), Strings({"6 row has 11 columns, 10 expected", "7 column _value is not a finite number",
                                     "8 column _value is not a number", "10 row has 6 columns, 10 expected",
                                     "12 column _time is not a time"}));
}

TEST(InfluxCsv, TakesDefaultsForEmptyCells) {
  const model::Case c = decode(
      "#datatype,string,long,dateTime:RFC3339,double,string,string,string\n"
      "#default,_result,,,,used,mem,fallback\n"
      ",result,table,_time,_value,_field,_measurement,host\n"
      ",,0,2026-03-01T04:00:00Z,1,,,\n"
      ",,0,2026-03-01T04:00:10Z,2,free,,x\n");
  ASSERT_EQ(c.series.size(), 2U);
  EXPECT_EQ(c.str(c.series[0].field), "used");
  EXPECT_EQ(c.str(c.series[0].measurement), "mem");
  EXPECT_EQ(c.str(c.series[0].host), "fallback");
  EXPECT_EQ(c.str(c.series[1].host), "x");
}

TEST(InfluxCsv, ReadsNewAnnotationsAndHeadersInTheMiddle) {
  const std::string text =
      std::string(kAnnotations) + std::string(kHeader) + row(0, "0") +
      // no empty line before the annotations of other columns
      "#datatype,string,long,dateTime:RFC3339,boolean,string\n#default,_result,,,,\n,result,table,_time,_value,_field\n"
      ",,1,2026-03-01T04:00:00Z,true,up\n"
      // a second file behind the first
      + std::string(kHeader) + row(1, "1") + "\n\n" + row(2, "2");
  const model::Case c = decode(text);
  EXPECT_EQ(samples(c), Strings({"idle@4=0", "idle@10=1", "idle@13=2", "up@8=1"}));
  EXPECT_EQ(problems_of(c), Strings());
}

TEST(InfluxCsv, SaysThatAHeaderIsMissing) {
  const model::Case c = decode(std::string(kAnnotations) + row(0, "0") + "\n" + std::string(kHeader) + row(1, "1"));
  EXPECT_EQ(samples(c), Strings({"idle@6=1"}));
  EXPECT_EQ(problems_of(c), Strings({"3 annotations without a header row: the table is left out"}));
}

TEST(InfluxCsv, ReadsWhatPandasMakesOfIt) {
  const model::Case c = decode(
      ",result,table,_time,_value,_field\n"
      "0,_result,0,2026-03-01 04:00:00+00:00,99.5,idle\n"
      "1,_result,0,2026-03-01 04:00:10.250000+00:00,99.25,idle\n");
  EXPECT_EQ(samples(c), Strings({"idle@2=99.5", "idle@3=99.25"}));
  EXPECT_EQ(c.streams[0].precision, Precision::Milli);
}

TEST(InfluxCsv, ReportsTheErrorThatAQueryEndedIn) {
  for (const char* text :
       {"error,reference\nFailed to parse query,897\n", ",error,reference\n,Failed to parse query,897\n",
        "#datatype,string,long\n#group,true,true\n#default,,\n,error,reference\n,Failed to parse query,897\n"}) {
    const model::Case c = decode(text);
    EXPECT_EQ(c.evidence[0].status, model::Outcome::Partial);
    ASSERT_EQ(problems_of(c).size(), 1U) << text;
    EXPECT_TRUE(problems_of(c)[0].ends_with(" the query failed: Failed to parse query")) << problems_of(c)[0];
  }
}

TEST(InfluxCsv, ClaimsItsOwnOnly) {
  const auto claim = [](std::string_view text) { return influx_csv_decoder.sniff({text, "x.csv", true}); };
  EXPECT_EQ(claim(std::string(kAnnotations) + std::string(kHeader)), Claim::Certain);
  EXPECT_EQ(claim(std::string("\r\n") + std::string(kHeader)), Claim::Certain);
  EXPECT_EQ(claim("#dataty\x01pe,string\n#group,false\n"), Claim::Certain) << "damaged in the first line";
  EXPECT_EQ(claim("_time,_value,_measurement,host\n"), Claim::Certain);
  EXPECT_EQ(claim("error,reference\nx,1\n"), Claim::Certain);
  for (const char* text : {"", "time,value\n1,2\n", "# InfluxDB notes\n\nText\n\n#group,false\n", "#group\n",
                           "#!/bin/sh\n", "result,value\n1,2\n"}) {
    EXPECT_EQ(claim(text), Claim::No) << text;
  }
}

}  // namespace
}  // namespace inquest::decode
