#include "experiment/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inquest::experiment {
namespace {

using namespace std::literals;

using testing::ElementsAre;

Table first(std::string_view text) {
  const auto tables = read_tables(text);
  if (!tables) {
    ADD_FAILURE() << tables.error().message;
    return {};
  }
  return tables->front();
}

TEST(Table, ReadsWhatSpreadsheetsWrite) {
  const std::string_view texts[] = {
      "disk,load,result\n2G,\"1,5\",ok\n",
      "disk;load;result\r\n2G;1,5;ok\r\n",
      "disk\tload\tresult\n2G\t1,5\tok",
      "sep=;\ndisk;load;result\n2G;1,5;ok\n",
      "\xef\xbb\xbf"
      "disk;load;result\n2G;1,5;ok\n",
      "# runs of Monday\ndisk;load;result\n# broken machine\n2G;1,5;ok\n",
      "| disk | load | result |\n|---|:-:|---:|\n| 2G | 1,5 | ok |\n",
      "disk | load | result\n--- | --- | ---\n2G | 1,5 | ok\n",
      "disk|load|result\n2G|1,5|ok\n",
  };
  for (const auto text : texts) {
    const Table table = first(text);
    EXPECT_THAT(table.header, ElementsAre("disk", "load", "result")) << text;
    ASSERT_EQ(table.rows.size(), 1U) << text;
    EXPECT_THAT(table.rows[0].cells, ElementsAre("2G", "1,5", "ok")) << text;
  }
}

TEST(Table, ReadsOtherEncodings) {
  EXPECT_EQ(first("Gr\xf6\xdf"
                  "e;b\n1;ok\n")
                .header[0],
            "Größe");
  std::string utf16 = "\xff\xfe";
  for (const char c : std::string_view("a;b\n1;ok\n")) utf16 += {c, '\0'};
  EXPECT_THAT(first(utf16).header, ElementsAre("a", "b"));
}

TEST(Table, KeepsPlacesOfRows) {
  const Table table =
      first("# Runs\n\nSome words.\n\n| a | b |\n|---|---|\n| 1 | x \\| y |\n\n| c | d |\n|-|-|\n| 2 | z |\n");
  EXPECT_EQ(table.title, "Runs");
  EXPECT_EQ(table.rows[0].line, 7U);
  EXPECT_EQ(table.rows[0].cells[1], "x | y");
  EXPECT_EQ(read_tables("| a | b |\n|-|-|\n| 1 | 2 |\n\n| c | d |\n|-|-|\n| 2 | z |\n")->size(), 2U);
}

TEST(Table, NumbersColumnsWithoutAHeader) {
  const Table table = first("2G,no,ok\n20G,no,panic\n");
  EXPECT_EQ(table.rows.size(), 1U);  // "2G", "no" and "ok" may be names: nothing says that they are not
  const Table marked = first("2,no,✅\n20,no,❌\n");
  EXPECT_THAT(marked.header, ElementsAre("column 1", "column 2", "column 3"));
  EXPECT_EQ(marked.rows.size(), 2U);
}

TEST(Table, TellsRowsThatAreTooLongOrShort) {
  const Table table = first("a,b,c\n1,2,3\n1,2\n1,2,3,4\n");
  EXPECT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.notes.size(), 2U);
}

TEST(Table, SurvivesHostileCells) {
  std::string text = "a,b,result\n";
  text += "\x1b[31mred\x1b[0m,\"" + std::string(100'000, 'x') + "\",ok\n";
  text += std::string("\0\xff\xfe,\xe2\x80\xae,panic\n"sv);
  text += std::string(100'000, ',') + "\n";
  const Table table = first(text);
  for (const TableRow& row : table.rows) {
    EXPECT_EQ(row.cells.size(), 3U);
    for (const std::string& cell : row.cells) {
      EXPECT_LE(cell.size(), 900U);
      EXPECT_EQ(cell.find('\x1b'), std::string::npos);
    }
  }
  EXPECT_FALSE(read_tables(""));
  EXPECT_FALSE(read_tables("just\nwords\n"));
  EXPECT_TRUE(read_tables("a,b\n\"never closed,1\n2,3\n"));
}

}  // namespace
}  // namespace inquest::experiment
