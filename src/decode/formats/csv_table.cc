// Plain CSV of times and figures, as spreadsheets and dashboards export them. docs/formats/csv_table.md
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "decode/csv_reader.h"
#include "decode/csv_shape.h"
#include "decode/decoder.h"
#include "decode/sample_table.h"
#include "decode/telemetry.h"

namespace inquest::decode {
namespace {

class CsvTable : public CsvReader {
 public:
  explicit CsvTable(Sink& to) : CsvReader(to), telemetry_(to), table_(telemetry_) {}

 protected:
  // The first lines are kept until they tell what the table looks like.
  void line(std::string_view text, const Place& place) override {
    if (decided_) {
      CsvReader::line(text, place);
      return;
    }
    first_.emplace_back(text, place);
    if (first_.size() == kShapeLines) decide();
  }

  void end() override {
    if (!decided_) decide();
    CsvReader::end();
    telemetry_.finish();
  }

  size_t width() const override { return table_.width(); }

  void row(const CsvRow& row, std::string_view text, const Place& place) override {
    if (text.empty() || text.starts_with('#') || table_.width() == 0) return;
    const auto cells = row.fields();
    // The header once more, in files that were put together.
    if (time_column_ < cells.size() && cells[time_column_] == time_name_) return;
    table_.row(cells, place);
  }

 private:
  void decide() {
    decided_ = true;
    const auto lines = std::exchange(first_, {});
    std::vector<std::string_view> texts;
    for (const auto& [text, place] : lines) texts.push_back(text);
    auto shape = csv_shape(texts);
    if (!shape) {
      sink().refuse({}, "no table with a column of times and one of figures");
      return;
    }
    set_separator(shape->separator);
    time_column_ = shape->time_column;
    time_name_ = shape->columns[time_column_].name;
    table_.set_style(shape->style);
    table_.define(std::move(shape->columns));
    for (size_t i = shape->first_row; i < lines.size(); ++i) CsvReader::line(lines[i].first, lines[i].second);
  }

  Telemetry telemetry_;
  SampleTable table_;
  bool decided_ = false;
  std::vector<std::pair<std::string, Place>> first_;
  size_t time_column_ = 0;
  std::string time_name_;
};

Claim sniff(const Head& head) {
  const auto lines = head.lines(kShapeLines);
  const auto shape = csv_shape(lines);
  if (!shape) return Claim::No;
  return shape->time_is_named ? Claim::Likely : Claim::Fallback;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<CsvTable>(sink); }

}  // namespace

extern const Decoder csv_table_decoder;
const Decoder csv_table_decoder = {"csv_table", "plain CSV of times and figures", sniff, open};

}  // namespace inquest::decode
