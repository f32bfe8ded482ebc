// A table of runs as somebody wrote it down: cells of text, and where they stand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::experiment {

struct TableRow {
  std::vector<std::string> cells;  // as many as the header has
  size_t line = 0;                 // one-based, in the text
};

struct Table {
  std::string title;  // the heading above a Markdown table; may be empty
  std::string form;   // "Markdown", "separated by semicolons"
  std::vector<std::string> header;
  std::vector<TableRow> rows;
  std::vector<std::string> notes;  // what was left out or made up, with its line
};

// Every table of the text: Markdown tables (GitHub Flavored Markdown 4.10, with or without outer pipes), else one table
// of values separated by semicolons, tabs, commas or pipes (RFC 4180 quotes, "sep=" lines, lines of '#' comments, a
// header or none):
//     | Disk | serial | Result |          disk;serial;load;result
//     |------|--------|--------|          2G;nein;1,5;ok
//     | 2G   | no     | ✅     |
// UTF-8 with or without a mark, UTF-16 with one, and Windows-1252 are understood. Cells are printable and at most 200
// columns wide, a table has at most 64 columns and 200,000 rows; what goes over that is told in `notes`. Malformed
// where there is no table of at least one row and two columns.
Result<std::vector<Table>> read_tables(std::string_view text);

}  // namespace inquest::experiment
