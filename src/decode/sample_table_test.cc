#include "decode/sample_table.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/records.h"

namespace inquest::decode {
namespace {

using Strings = std::vector<std::string>;

// A table that is fed rows written "a|b|c".
struct Table {
  model::Case c;
  Sink sink;
  Telemetry telemetry;
  SampleTable table;
  uint32_t line = 0;

  explicit Table(std::vector<Column> columns, NumberStyle style = {})
      : sink((c.evidence.emplace_back().status = model::Outcome::Clean, c), 0),
        telemetry(sink),
        table(telemetry, style) {
    table.define(std::move(columns));
  }
  void row(std::string_view text) { table.row(split(text, '|'), {0, 0, ++line}); }

  Strings series() const { return testing::series_of(c); }
  Strings diagnostics() const {
    Strings out;
    for (const model::Diagnostic& d : c.evidence[0].diagnostics)
      out.push_back(fmt::format("{}: {} x{}", d.line, d.message, d.count));
    return out;
  }
};

constexpr std::string_view kTime = "2026-03-01T04:00:00Z";
std::string at(std::string_view rest) { return fmt::format("{}|{}", kTime, rest); }

TEST(SampleTable, KeepsSeriesApartByTheirKeyCells) {
  Table t({{"t", Role::Time, ""},
           {"cpu", Role::Tag, ""},
           {"host", Role::Host, ""},
           {"m", Role::Measurement, "cpu"},
           {"f", Role::FieldName, ""},
           {"a", Role::Tag, ""},
           {"v", Role::Number, ""}});
  for (const char* rest : {"cpu0|x||idle||1", "cpu0|x||idle||2", "cpu1|x||idle||3", "cpu0|x||idle|z|4",
                           "cpu0|y||idle||5", "cpu0|x|mem|idle||6", "cpu0|x||user||7", "cpu0|x||idle||8"}) {
    t.row(at(rest));
  }
  EXPECT_EQ(t.series(),
            Strings({"x cpu idle [cpu=cpu0]: 1 2 8", "x cpu idle [cpu=cpu1]: 3", "x cpu idle [a=z,cpu=cpu0]: 4",
                     "y cpu idle [cpu=cpu0]: 5", "x mem idle [cpu=cpu0]: 6", "x cpu user [cpu=cpu0]: 7"}));
  EXPECT_EQ(t.diagnostics(), Strings());
}

TEST(SampleTable, LearnsFromCellsWhatTheirColumnsAre) {
  Table t({{"t", Role::Time, ""}, {"load", Role::Guess, ""}, {"up", Role::Guess, ""}, {"disk", Role::Guess, ""}});
  t.row(at("|null|"));
  t.row(at("0.5||sda"));
  t.row(at("0.75|true|sdb"));
  t.row(at("1|false|sda"));
  EXPECT_EQ(t.series(), Strings({"  load [disk=sda]: 0.5 1", "  load [disk=sdb]: 0.75", "  up [disk=sdb]: 1",
                                 "  up [disk=sda]: 0"}));
}

TEST(SampleTable, TakesTextBeyondTheMostTagsForNone) {
  std::vector<Column> columns = {{"t", Role::Time, ""}, {"v", Role::Number, ""}};
  std::string rest = "1";
  for (size_t i = 0; i <= SampleTable::kMostTags; ++i) {
    columns.push_back({fmt::format("tag{}", i), Role::Guess, ""});
    rest += "|x";
  }
  Table t(std::move(columns));
  t.row(at(rest));
  EXPECT_EQ(t.series(), Strings({"  v [tag0=x,tag1=x,tag2=x,tag3=x,tag4=x,tag5=x,tag6=x,tag7=x]: 1"}));
}

TEST(SampleTable, KeepsTheGoodCellsOfABrokenRow) {
  Table t({{"t", Role::Time, ""}, {"a", Role::Number, ""}, {"b", Role::Number, ""}, {"c", Role::Flag, ""}});
  t.row(at("1|x|true"));
  t.row(at("NaN|2|1"));
  t.row(at("3"));
  t.row("yesterday|4|4|true");
  EXPECT_EQ(t.series(), Strings({"  a []: 1", "  c []: 1", "  b []: 2"}));
  EXPECT_EQ(t.diagnostics(), Strings({"1: column b is not a number x1", "2: column a is not a finite number x1",
                                      "2: column c is not a boolean x1", "3: row has 2 columns, 4 expected x1",
                                      "4: column t is not a time x1"}));
}

TEST(SampleTable, CountsTextAndTakesWhatElseLooseCellsAre) {
  Table t({{"t", Role::Time, ""}, {"v", Role::Loose, ""}, {"s", Role::Text, ""}});
  for (const char* rest : {"1|", "true|x", "on|y", "|", "null|"}) t.row(at(rest));
  t.telemetry.finish();
  EXPECT_EQ(t.series(), Strings({"  v []: 1 1"}));
  EXPECT_EQ(t.diagnostics(), Strings({"2: values that are text, not figures x3"}));
  EXPECT_EQ(t.c.evidence[0].status, model::Outcome::Clean);
}

TEST(SampleTable, ReadsTagsOutOfOneColumn) {
  Table t({{"t", Role::Time, ""}, {"tags", Role::Tags, ""}, {"v", Role::Number, ""}});
  for (const char* rest : {"mode=ro, cpu=cpu0,host=x|1", "cmd=a,b,pid=7|2", "host=y|3", "nonsense|4", "|5"})
    t.row(at(rest));
  EXPECT_EQ(t.series(), Strings({"x  v [cpu=cpu0,mode=ro]: 1", "  v [cmd=a,b,pid=7]: 2", "y  v []: 3", "  v []: 4 5"}));
}

TEST(SampleTable, TellsResultsApartOnlyWhereTheirSeriesAreOtherwiseTheSame) {
  Table t({{"r", Role::Result, ""}, {"t", Role::Time, ""}, {"f", Role::FieldName, ""}, {"v", Role::Number, ""}});
  for (const char* row : {"mean|T|a|1", "max|T|a|2", "max|T|b|3", "mean|T|a|4", "max|T|a|5"}) {
    std::string text = row;
    t.row(text.replace(text.find('T'), 1, kTime));
  }
  EXPECT_EQ(t.series(), Strings({"  a []: 1 4", "  a [result=max]: 2 5", "  b []: 3"}));
}

TEST(SampleTable, RowsThatRepeatAreTheSameAsRows) {
  Table t({{"t", Role::Time, ""}, {"host", Role::Host, ""}, {"v", Role::Number, ""}});
  EXPECT_FALSE(t.table.repeats());
  t.row(at("x|1"));
  EXPECT_FALSE(t.table.repeats());
  t.row(at("x|2"));
  ASSERT_TRUE(t.table.repeats());
  EXPECT_TRUE(t.table.again("2026-03-01T04:00:10.5Z", "3", {0, 0, 3}));
  EXPECT_FALSE(t.table.again("2026-03-01T04:00:10", "4", {0, 0, 3})) << "another clock";
  EXPECT_FALSE(t.table.again("x", "4", {0, 0, 3}));
  EXPECT_FALSE(t.table.again(kTime, "NaN", {0, 0, 3}));
  EXPECT_FALSE(t.table.again(kTime, "1,2", {0, 0, 3}));
  t.row(at("x"));
  EXPECT_FALSE(t.table.repeats()) << "the last row was broken";
  EXPECT_EQ(t.series(), Strings({"x  v []: 1 2 3"}));
  t.telemetry.finish();
  EXPECT_EQ(t.c.streams[0].precision, Precision::Milli);
  EXPECT_EQ(t.c.str(t.c.streams[0].host), "x");
}

TEST(SampleTable, OpensOneStreamForEachClock) {
  Table t({{"t", Role::Time, ""}, {"v", Role::Number, ""}});
  for (const char* row : {"2026-03-01T04:00:00Z|1", "2026-03-01 05:00|2", "2026-03-01T04:01:00Z|3"}) t.row(row);
  t.telemetry.finish();
  ASSERT_EQ(t.c.streams.size(), 2U);
  EXPECT_EQ(t.c.streams[0].clock, model::ClockDomain::Utc);
  EXPECT_EQ(t.c.streams[0].precision, Precision::Second);
  EXPECT_EQ(t.c.streams[1].clock, model::ClockDomain::LocalWall);
  EXPECT_EQ(t.c.streams[1].precision, Precision::Minute);
  EXPECT_EQ(t.series(), Strings({"  v []: 1 3", "  v []: 2"}));
}

TEST(SampleTable, RefusesAFloodOfSeries) {
  Table t({{"t", Role::Time, ""}, {"tag", Role::Tag, ""}, {"v", Role::Number, ""}});
  for (uint32_t i = 0; i < Telemetry::kMostSeries + 5; ++i) t.row(at(fmt::format("{}|1", i)));
  t.row(at("17|2"));
  t.row(at(std::string(SampleTable::kLongestKey, 'x') + "|3"));
  EXPECT_EQ(t.c.series.size(), Telemetry::kMostSeries);
  EXPECT_EQ(t.c.series[17].samples.size(), 2U);
  EXPECT_EQ(t.c.evidence[0].status, model::Outcome::Partial);
}

}  // namespace
}  // namespace inquest::decode
