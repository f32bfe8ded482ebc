#include "query/column.h"

#include <cmath>

#include <gtest/gtest.h>

#include "query/table.h"

namespace inquest::query {
namespace {

Column words(std::initializer_list<std::string_view> values) {
  ColumnBuilder builder(ColumnType::String);
  for (const auto value : values) builder.text(value);
  return builder.finish();
}

TEST(Column, KeepsNullsApartFromEmptyStrings) {
  ColumnBuilder builder(ColumnType::String);
  builder.text("");
  builder.null();
  builder.text("a");
  const Column column = builder.finish();
  ASSERT_EQ(column.size(), 3U);
  EXPECT_FALSE(column.null(0));
  EXPECT_EQ(column.text(0), "");
  EXPECT_TRUE(column.null(1));
  EXPECT_FALSE(column.null(2));
  EXPECT_EQ(column.text(2), "a");
}

TEST(Column, ASliceOfATakeShowsTheRowsNamed) {
  const Column column = words({"a", "b", "c", "d"});
  const uint32_t rows[] = {3, 1, 1, 0};
  const Column taken = column.take(rows).slice(1, 4);
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken.text(0), "b");
  EXPECT_EQ(taken.text(2), "a");
  const Column again = column.slice(2, 4).take(std::span(rows).subspan(3));
  EXPECT_EQ(again.text(0), "c");
}

TEST(Column, TakesNullsAlong) {
  ColumnBuilder builder(ColumnType::Float);
  builder.null();
  builder.add(1.5);
  builder.null();
  builder.add(2.5);
  const Column column = builder.finish().slice(1, 4);
  const uint32_t rows[] = {2, 1};
  const Column taken = column.take(rows);
  EXPECT_EQ(taken.number(0), 2.5);
  EXPECT_TRUE(taken.null(1));
}

TEST(Column, AConstantHasOneValueForAllRows) {
  const Column column = Column::constant(Cell::of(std::string("x")), 5);
  EXPECT_TRUE(column.is_constant());
  EXPECT_EQ(column.size(), 5U);
  EXPECT_EQ(column.text(4), "x");
  EXPECT_EQ(column.slice(2, 4).text(1), "x");
  const Column none = Column::constant(Cell::none(ColumnType::Int), 3);
  EXPECT_TRUE(none.null(2));
}

TEST(Column, BuildersCopyFromSeveralDictionaries) {
  const Column first = words({"a", "b"});
  const Column second = words({"b", "c"});
  ColumnBuilder builder(ColumnType::String);
  builder.rows(first);
  builder.rows(second);
  builder.row(first, 0);
  const Column all = builder.finish();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all.text(2), "b");
  EXPECT_EQ(all.text(3), "c");
  EXPECT_EQ(all.text(4), "a");
}

TEST(Column, ComparesByTypeWithNullFirstAndNanLast) {
  ColumnBuilder builder(ColumnType::Float);
  builder.add(std::nan(""));
  builder.add(-1.0);
  builder.null();
  const Column column = builder.finish();
  EXPECT_GT(compare(column, 0, column, 1), 0);
  EXPECT_LT(compare(column, 2, column, 1), 0);
  EXPECT_EQ(compare(column, 0, column, 0), 0);
  EXPECT_LT(compare(Cell::of(int64_t{-1}), Cell::of(int64_t{1})), 0);
}

TEST(GroupKey, IsEqualInAnyOrderOfItsColumns) {
  const GroupKey a({{"host", Cell::of(std::string("x"))}, {"cpu", Cell::of(int64_t{1})}});
  const GroupKey b({{"cpu", Cell::of(int64_t{1})}, {"host", Cell::of(std::string("x"))}});
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.identity(), b.identity());
  EXPECT_FALSE(a == a.without("cpu"));
  EXPECT_FALSE(a == a.with("cpu", Cell::none(ColumnType::Int)));
}

TEST(TableCollector, UnitesSchemasAndRefusesTwoTypes) {
  Table left{{}, {{"a", words({"1"})}}, 1, {}};
  Table right{{}, {{"b", words({"2"})}}, 1, {}};
  TableCollector collector;
  ASSERT_TRUE(collector.add({}, left));
  ASSERT_TRUE(collector.add({}, right));
  const auto tables = collector.finish();
  ASSERT_TRUE(tables);
  ASSERT_EQ(tables->size(), 1U);
  EXPECT_EQ(tables->front().rows, 2U);
  EXPECT_TRUE(tables->front().find("b")->null(0));
  EXPECT_EQ(tables->front().find("b")->text(1), "2");

  Table number{{}, {{"a", Column::constant(Cell::of(1.0), 1)}}, 1, {}};
  TableCollector collision;
  ASSERT_TRUE(collision.add({}, left));
  ASSERT_TRUE(collision.add({}, number));
  EXPECT_FALSE(collision.finish());
}

}  // namespace
}  // namespace inquest::query
