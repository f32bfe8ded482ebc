#include "report/table_layout.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace inquest::report {
namespace {

using Widths = std::vector<size_t>;

// A table of one row whose cells have these widths; flexible columns are negative.
Table table_of(const std::vector<int>& natural) {
  Table table;
  Row& row = table.rows.emplace_back();
  for (const int width : natural) {
    table.columns.push_back({.title = "", .flexible = width < 0});
    row.cells.emplace_back(std::string(static_cast<size_t>(width < 0 ? -width : width), 'x'));
  }
  return table;
}

TEST(TableLayout, GivesColumnsWhatTheyNeedWhileThereIsRoom) {
  EXPECT_EQ(column_widths(table_of({5, -30, 7}), 46), (Widths{5, 30, 7}));
}

TEST(TableLayout, ShrinksOnlyTheFlexibleColumns) {
  EXPECT_EQ(column_widths(table_of({5, -30, 7}), 45), (Widths{5, 29, 7}));
}

TEST(TableLayout, GivesWhatANarrowFlexibleColumnLeavesToTheWideOne) {
  EXPECT_EQ(column_widths(table_of({-50, -13, 10}), 60), (Widths{33, 13, 10}));
}

TEST(TableLayout, LetsAllColumnsShareWhereFixedOnesAreFarTooWide) {
  EXPECT_EQ(column_widths(table_of({500, -30, 7}), 80), (Widths{39, 30, 7}));
}

TEST(TableLayout, NeverGivesAColumnNothing) { EXPECT_EQ(column_widths(table_of({9, 9, 9}), 2), (Widths{1, 1, 1})); }

TEST(TableLayout, CountsTitlesButNotSpanningRows) {
  Table table;
  table.columns = {{.title = "Subsystem"}, {.title = "Why"}};
  table.rows = {{{Text("a row that spans both columns")}, {}}, {{Text("cpu"), Text("idle")}, {}}};
  EXPECT_EQ(column_widths(table, 80), (Widths{9, 4}));
}

TEST(TableLayout, HasNothingToSayAboutATableWithoutColumns) { EXPECT_TRUE(column_widths(Table{}, 80).empty()); }

}  // namespace
}  // namespace inquest::report
