// The base of readers of CSV: lines in, rows out, whatever their quotes do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decode/csv_row.h"
#include "decode/line_reader.h"

namespace inquest::decode {

// Joins the lines of a row whose quoted field holds line ends. A quote that is never closed costs the line it stands
// in, with a diagnostic, and not the rest of the file: a row of several lines has at most kMostLines of them and
// kMostBytes, and must have width() fields; otherwise each further line is taken on its own.
class CsvReader : public LineReader {
 public:
  static constexpr size_t kMostLines = 256;
  static constexpr size_t kMostBytes = 64 * 1024;

  explicit CsvReader(Sink& sink, char separator = ',') : LineReader(sink), row_(separator) {}

 protected:
  // One row, empty lines (one empty field) included. `text` is the row as it stands. Views live for the call.
  virtual void row(const CsvRow& row, std::string_view text, const Place& place) = 0;
  // A line before it is cut into fields: true where that is not needed any more.
  virtual bool known_line(std::string_view /*text*/, const Place& /*place*/) { return false; }
  // How many fields rows have; 0 where that is not known yet.
  virtual size_t width() const { return 0; }

  void set_separator(char separator) { row_.set_separator(separator); }
  char separator() const { return row_.separator(); }

  void line(std::string_view text, const Place& place) override;
  void end() override;

 private:
  void single_line(std::string_view text, const Place& place);
  void join(std::string_view text, const Place& place);
  void give_up();

  CsvRow row_;
  std::string open_;          // the lines of a row that is not complete, with line ends between them
  std::vector<Place> lines_;  // and where each of them stands
};

}  // namespace inquest::decode
