// Annotated CSV: what InfluxDB 2 answers to a Flux query, with its annotation rows or without.
// docs/formats/influx_csv.md
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/csv_reader.h"
#include "decode/decoder.h"
#include "decode/flux_columns.h"
#include "decode/sample_table.h"
#include "decode/telemetry.h"

namespace inquest::decode {
namespace {

using Fields = std::span<const std::string_view>;

bool is_annotation(std::string_view field) { return field == "#datatype" || field == "#group" || field == "#default"; }

// A header of records; of errors ("error,reference"), behind the annotation column or without one.
bool is_header(Fields fields) {
  const auto has = [&](std::string_view name) { return std::ranges::find(fields, name) != fields.end(); };
  return (has("_time") && (has("_value") || has("_field") || has("_measurement") || has("table"))) ||
         (has("result") && has("table"));
}
bool is_error_header(Fields fields) {
  const size_t at = !fields.empty() && fields[0].empty() ? 1 : 0;
  return fields.size() == at + 2 && fields[at] == "error" && fields[at + 1] == "reference";
}

// A row that is the one before it but for time and figure, which stand side by side. Nearly every row is: the rest of
// it says which series it belongs to, and tables come one series after the other.
class SameRow {
 public:
  void forget() { known_ = false; }
  // `first` and `second` are views into `text`, with one separator between them.
  void remember(std::string_view text, std::string_view first, std::string_view second) {
    const auto begin = static_cast<size_t>(first.data() - text.data());
    const auto end = static_cast<size_t>(second.data() - text.data()) + second.size();
    before_.assign(text, 0, begin);
    after_.assign(text, end);
    known_ = true;
  }
  bool matches(std::string_view text, std::string_view& first, std::string_view& second) const {
    if (!known_ || text.size() < before_.size() + after_.size()) return false;
    const std::string_view middle = text.substr(before_.size(), text.size() - before_.size() - after_.size());
    if (std::memcmp(text.data(), before_.data(), before_.size()) != 0) return false;
    if (std::memcmp(middle.data() + middle.size(), after_.data(), after_.size()) != 0) return false;
    const size_t comma = middle.find(',');
    if (comma == std::string_view::npos) return false;
    first = middle.substr(0, comma);
    second = middle.substr(comma + 1);
    return true;
  }

 private:
  bool known_ = false;
  std::string before_;
  std::string after_;
};

class InfluxCsv : public CsvReader {
 public:
  explicit InfluxCsv(Sink& to) : CsvReader(to), telemetry_(to), table_(telemetry_) {}

 protected:
  size_t width() const override { return state_ == State::Rows ? table_.width() : 0; }

  bool known_line(std::string_view text, const Place& place) override {
    std::string_view first;
    std::string_view second;
    if (!same_.matches(text, first, second)) return false;
    return value_first_ ? table_.again(second, first, place) : table_.again(first, second, place);
  }

  void row(const CsvRow& row, std::string_view text, const Place& place) override {
    const Fields fields = row.fields();
    if (text.empty()) {
      if (state_ != State::Annotations) state_ = State::Between;
      return;
    }
    if (fields[0].starts_with('#')) {
      annotation(fields);
    } else if (is_error_header(fields)) {
      state_ = State::Error;
    } else if (state_ == State::Error) {
      error(fields, place);
    } else if (state_ == State::Annotations || (may_be_header(fields) && is_header(fields))) {
      header(fields, place);
    } else if (table_.width() == 0) {
      sink().problem(place, "a row before any header");
    } else {
      state_ = State::Rows;
      table_.row(fields, place);
      learn(row, text);
    }
  }

  void end() override {
    CsvReader::end();
    telemetry_.finish();
  }

 private:
  enum class State : uint8_t {
    Between,      // before the first table and after an empty line: a header may come, or more rows
    Annotations,  // a header must come
    Rows,
    Error,  // behind a header of errors: what went wrong
  };

  void annotation(Fields fields) {
    if (state_ != State::Annotations) annotated_.clear();
    state_ = State::Annotations;
    same_.forget();
    if (!is_annotation(fields[0])) return;
    if (annotated_.size() < fields.size()) annotated_.resize(fields.size());
    for (size_t i = 1; i < fields.size(); ++i) {
      if (fields[0] == "#datatype") annotated_[i].type = flux_type(fields[i]);
      if (fields[0] == "#group") annotated_[i].in_key = fields[i] == "true";
      if (fields[0] == "#default") annotated_[i].fallback = fields[i];
    }
  }

  void header(Fields fields, const Place& place) {
    if (state_ != State::Annotations) annotated_.clear();
    same_.forget();
    // A table whose header line was lost: its annotations tell that this is a row.
    for (size_t i = 0; i < std::min(fields.size(), annotated_.size()); ++i) {
      if (annotated_[i].type == FluxType::Time && SampleTimeParser().parse(fields[i])) {
        sink().problem(place, "annotations without a header row: the table is left out");
        state_ = State::Rows;
        table_.define({});
        return;
      }
    }
    if (!annotated_.empty() && annotated_.size() != fields.size()) {
      sink().problem(
          place, fmt::format("header has {}, its annotations {}", counted(fields.size(), "column"), annotated_.size()));
    }
    std::vector<FluxColumn> columns = annotated_;
    columns.resize(fields.size());
    for (size_t i = 0; i < fields.size(); ++i) columns[i].name = fields[i];
    table_.define(sample_columns(columns));
    state_ = State::Rows;
  }

  // A cheap look before a close one: headers come behind empty lines, as a rule, but also in files that were put
  // together.
  bool may_be_header(Fields fields) const {
    if (state_ != State::Rows || fields.size() != table_.width()) return true;
    const size_t time = table_.time_column();
    return time < fields.size() && fields[time] == "_time";
  }

  void error(Fields fields, const Place& place) {
    const size_t at = fields[0].empty() && fields.size() > 1 ? 1 : 0;
    sink().problem(place, fmt::format("the query failed: {}", ellipsis(printable(fields[at]), 200)));
    state_ = State::Between;
  }

  void learn(const CsvRow& row, std::string_view text) {
    same_.forget();
    if (row.quoted() || !table_.repeats()) return;
    const size_t time = table_.time_column();
    const size_t value = table_.value_column();
    value_first_ = value < time;
    const size_t first = std::min(time, value);
    if (std::max(time, value) != first + 1) return;
    same_.remember(text, row.fields()[first], row.fields()[first + 1]);
  }

  Telemetry telemetry_;
  SampleTable table_;
  State state_ = State::Between;
  std::vector<FluxColumn> annotated_;
  SameRow same_;
  bool value_first_ = false;
};

Claim sniff(const Head& head) {
  // Not only the first line, which may be damaged; but lines before must have as many fields.
  size_t looked_at = 0;
  size_t width = 0;
  CsvRow row;
  for (const std::string_view line : head.lines(20)) {
    if (line.empty()) continue;
    row.split(line);
    const Fields fields = row.fields();
    if (width != 0 && fields.size() != width) return Claim::No;
    width = fields.size();
    if (is_annotation(fields[0]) && width > 1) return Claim::Certain;
    if (is_header(fields) || is_error_header(fields)) return Claim::Certain;
    if (++looked_at == 3) break;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<InfluxCsv>(sink); }

}  // namespace

extern const Decoder influx_csv_decoder;
const Decoder influx_csv_decoder = {"influx_csv", "annotated CSV, as InfluxDB 2 answers Flux queries", sniff, open};

}  // namespace inquest::decode
