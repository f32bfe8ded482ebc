// Queries over a store: what is asked of it, and what comes out.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/annotated_csv.h"
#include "query/engine.h"
#include "support/fake_store.h"

namespace inquest::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using inquest::testing::FakeStore;
using inquest::testing::Line;

class StoreQuery : public ::testing::Test {
 protected:
  // Two hosts, four points a minute apart; "b" has a figure more at first.
  StoreQuery() {
    for (int minute = 0; minute < 4; ++minute) {
      for (const char* host : {"a", "b"}) {
        Line line{
            {"cpu", {{"host", host}}}, kStart + minute * kMinute, {{"idle", minute + (*host == 'b' ? 10.0 : 0.0)}}};
        if (*host == 'b' && minute < 2) line.fields["user"] = minute;
        store_.lines.push_back(line);
      }
      store_.lines.push_back({{"mem", {}}, kStart + minute * kMinute, {{"used", 50.0}}});
    }
  }

  // Each row as "key values: time value", or the error.
  std::vector<std::string> rows_of(std::string_view text) {
    Context context(kStart + kHour, &store_, {});
    std::vector<std::string> out;
    const auto ran = run(text, "", context, [&](std::string_view, const Tables& tables) {
      for (const Table& table : tables) {
        for (size_t row = 0; row < table.rows; ++row) {
          std::string line;
          for (const auto& [label, column] : table.columns) {
            if (label == "_start" || label == "_stop") continue;
            const Cell cell = column.cell(row);
            const bool time = cell.type == ColumnType::Time && !cell.null;
            line += fmt::format("{}{}={}", line.empty() ? "" : " ", label,
                                time ? fmt::to_string((cell.integer() - kStart) / kMinute) : csv_text(cell));
          }
          out.push_back(line);
        }
      }
      return Result<void>{};
    });
    if (!ran) out.push_back(ran.error().message);
    return out;
  }

  static constexpr Ns kStart = 1'767'225'600 * kSecond;
  FakeStore store_;
};

TEST_F(StoreQuery, ReadsNoMoreThanTheFiltersLetThrough) {
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h, stop: -58m)"
                      " |> filter(fn: (r) => r._measurement == \"cpu\")"
                      " |> filter(fn: (r) => (r._field == \"idle\" or r._field == \"none\") and r.host == \"b\" and "
                      "r._value > 10.0)"),
              ElementsAre("_time=1 _value=11 _field=idle _measurement=cpu host=b"));
  ASSERT_EQ(store_.asked.size(), 1U);
  const store::Selection& asked = store_.asked[0];
  EXPECT_EQ(asked.measurement, "cpu");
  EXPECT_EQ(asked.from, kStart);
  EXPECT_EQ(asked.to, kStart + 2 * kMinute);
  EXPECT_THAT(asked.fields, ElementsAre("idle", "none"));
  ASSERT_EQ(asked.tags.size(), 1U);
  EXPECT_EQ(asked.tags[0].key, "host");
}

TEST_F(StoreQuery, TakesVariablesAndAlternativesAsConditions) {
  EXPECT_THAT(rows_of("hosts = {first: \"a\"} m = \"cpu\"\n"
                      "from(bucket: \"telegraf\") |> range(start: -1h, stop: -59m)"
                      " |> filter(fn: (r) => r[\"_measurement\"] == m and (r.host == \"a\" or r.host == \"b\") and "
                      "r._field =~ /^i/)"),
              ElementsAre("_time=0 _value=0 _field=idle _measurement=cpu host=a",
                          "_time=0 _value=10 _field=idle _measurement=cpu host=b"));
  EXPECT_EQ(store_.asked[0].measurement, "cpu");
  ASSERT_EQ(store_.asked[0].tags.size(), 1U);
  EXPECT_EQ(store_.asked[0].tags[0].value, "^(?:a|b)$");
  EXPECT_THAT(store_.asked[0].fields, ElementsAre("idle"));
}

TEST_F(StoreQuery, ImpossibleConditionsReadNothing) {
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
                      " |> filter(fn: (r) => r.host == \"a\") |> filter(fn: (r) => r.host == \"b\")"),
              IsEmpty());
  EXPECT_THAT(store_.asked, IsEmpty());
}

TEST_F(StoreQuery, ReadsOneRowOfEachSeriesAndFieldForTheLast) {
  // "user" ended before "idle" did: each field has a last row of its own.
  EXPECT_THAT(
      rows_of(
          "from(bucket: \"telegraf\") |> range(start: -1h) |> filter(fn: (r) => r._measurement == \"cpu\") |> last()"),
      ElementsAre("_time=3 _value=3 _field=idle _measurement=cpu host=a",
                  "_time=3 _value=13 _field=idle _measurement=cpu host=b",
                  "_time=1 _value=1 _field=user _measurement=cpu host=b"));
  ASSERT_EQ(store_.asked.size(), 2U);
  for (const auto& asked : store_.asked) {
    EXPECT_EQ(asked.rows_per_series, 1U);
    EXPECT_TRUE(asked.newest_first);
    EXPECT_EQ(asked.fields.size(), 1U);
  }
}

TEST_F(StoreQuery, AsksForTheRowsAroundTheLongestGap) {
  store_.lines.push_back({{"cpu", {{"host", "b"}}}, kStart + 9 * kMinute, {{"idle", 19.0}}});
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
                      " |> filter(fn: (r) => r._field == \"idle\") |> elapsed(unit: 1m) |> max(column: \"elapsed\")"),
              ElementsAre("_time=1 _value=1 _field=idle _measurement=cpu host=a elapsed=1",
                          "_time=9 _value=19 _field=idle _measurement=cpu host=b elapsed=6"));
  ASSERT_EQ(store_.asked.size(), 1U);
  EXPECT_EQ(store_.asked[0].gap_unit, kMinute);
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
                      " |> filter(fn: (r) => r._value > 1.0) |> elapsed(unit: 1m) |> max(column: \"elapsed\")"),
              ::testing::Not(IsEmpty()));
  EXPECT_EQ(store_.asked.back().gap_unit, 0) << "which rows there are, their values say";
}

TEST_F(StoreQuery, ReadsAllRowsWhereAConditionLooksAtValues) {
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
                      " |> filter(fn: (r) => r._field == \"idle\" and r._value < 2.0) |> last()"),
              ElementsAre("_time=1 _value=1 _field=idle _measurement=cpu host=a"));
  ASSERT_EQ(store_.asked.size(), 1U);
  EXPECT_EQ(store_.asked[0].rows_per_series, 0U);
}

TEST_F(StoreQuery, ReadsNoMoreRowsThanALimitLetsThrough) {
  EXPECT_THAT(
      rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
              " |> filter(fn: (r) => r._field == \"used\") |> limit(n: 2, offset: 1)"),
      ElementsAre("_time=1 _value=50 _field=used _measurement=mem", "_time=2 _value=50 _field=used _measurement=mem"));
  EXPECT_EQ(store_.asked[0].rows_per_series, 3U);
  EXPECT_THAT(
      rows_of("from(bucket: \"telegraf\") |> range(start: -1h)"
              " |> filter(fn: (r) => r._field == \"used\") |> tail(n: 2)"),
      ElementsAre("_time=2 _value=50 _field=used _measurement=mem", "_time=3 _value=50 _field=used _measurement=mem"));
  EXPECT_TRUE(store_.asked[1].newest_first);
}

TEST_F(StoreQuery, LooksForABucketAndForARange) {
  EXPECT_THAT(rows_of("from(bucket: \"x\") |> range(start: -1h)"), ElementsAre("1:1: could not find bucket \"x\""));
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\")"), ElementsAre(HasSubstr("needs a `range`")));
  EXPECT_THAT(rows_of("from(bucket: \"telegraf\") |> range(start: -1h, stop: -2h)"),
              ElementsAre("1:29: range: cannot query an empty range"));
}

TEST_F(StoreQuery, TakesABucketByItsIdAndByItsNameAsADatabase) {
  const std::string behind = " |> range(start: -1h) |> filter(fn: (r) => r._field == \"used\") |> count()";
  EXPECT_THAT(rows_of("from(bucket: \"telegraf/autogen\")" + behind), ElementsAre(HasSubstr("_value=4")));
  EXPECT_THAT(rows_of("from(bucket: \"telegraf/other\")" + behind),
              ElementsAre("1:1: could not find bucket \"telegraf/other\""));
  const auto found = rows_of("buckets() |> filter(fn: (r) => r.name == \"telegraf\") |> keep(columns: [\"id\"])");
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].starts_with("id=")) << found[0];
  EXPECT_THAT(rows_of("from(bucketID: \"" + found[0].substr(3) + "\")" + behind), ElementsAre(HasSubstr("_value=4")));
  EXPECT_THAT(rows_of("from(bucketID: \"0123456789abcdef\")" + behind),
              ElementsAre("1:1: could not find bucket \"0123456789abcdef\""));
  EXPECT_THAT(rows_of("from()" + behind), ElementsAre("1:1: one of `bucket` and `bucketID` is needed"));
  EXPECT_THAT(rows_of("import \"influxdata/influxdb/v1\" v1.databases()"
                      " |> keep(columns: [\"databaseName\", \"retentionPolicy\"])"),
              ElementsAre("databaseName=telegraf retentionPolicy=autogen"));
}

TEST_F(StoreQuery, NamesBucketsMeasurementsTagsAndFields) {
  EXPECT_THAT(rows_of("buckets() |> filter(fn: (r) => r.name == \"telegraf\") |> map(fn: (r) => ({name: r.name}))"),
              ElementsAre("name=telegraf"));
  EXPECT_THAT(rows_of("import \"influxdata/influxdb/schema\" schema.measurements(bucket: \"telegraf\")"),
              ElementsAre("_value=cpu", "_value=mem"));
  EXPECT_THAT(rows_of("import \"influxdata/influxdb/schema\" schema.tagValues(bucket: \"telegraf\", tag: \"host\")"),
              ElementsAre("_value=a", "_value=b"));
  EXPECT_THAT(rows_of("import \"influxdata/influxdb/schema\"\n"
                      "schema.measurementFieldKeys(bucket: \"telegraf\", measurement: \"cpu\")"),
              ElementsAre("_value=idle", "_value=user"));
  EXPECT_THAT(rows_of("import \"influxdata/influxdb/schema\"\n"
                      "schema.tagKeys(bucket: \"telegraf\", predicate: (r) => r._field == \"used\")"),
              ElementsAre("_value=_field", "_value=_measurement", "_value=_start", "_value=_stop"));
}

// What a table of the store was asked for holds behind windows too: window(every: inf) is all of it again, and windows
// at its borders end there.
TEST_F(StoreQuery, KnowsItsRangeBehindWindows) {
  const std::string from =
      "from(bucket: \"telegraf\") |> range(start: -59m30s, stop: -57m30s)"
      " |> filter(fn: (r) => r._field == \"idle\" and r.host == \"a\")";
  const std::string kept =
      " |> map(fn: (r) => ({v: r._value, "
      "start: (int(v: r._start) - 1767225600000000000) / 1000000000, "
      "stop: (int(v: r._stop) - 1767225600000000000) / 1000000000, _time: r._time}))";
  EXPECT_THAT(rows_of(from + " |> window(every: 1m) |> max() |> window(every: inf)" + kept),
              ElementsAre("v=1 start=30 stop=150 _time=1", "v=2 start=30 stop=150 _time=2"));
  EXPECT_THAT(rows_of(from + " |> window(every: 1m)" + kept),
              ElementsAre("v=1 start=60 stop=120 _time=1", "v=2 start=120 stop=150 _time=2"));
  EXPECT_THAT(rows_of(from + " |> aggregateWindow(every: 1m, fn: count) |> map(fn: (r) => ({v: r._value, at: "
                             "(int(v: r._time) - 1767225600000000000) / 1000000000}))"),
              ElementsAre("v=0 at=60", "v=1 at=120", "v=1 at=150"));
}

}  // namespace
}  // namespace inquest::query
