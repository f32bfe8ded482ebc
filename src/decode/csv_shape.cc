#include "decode/csv_shape.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/csv_row.h"
#include "decode/sample_time.h"

namespace inquest::decode {
namespace {

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

bool names_time(std::string_view name) {
  return one_of(lower(trim(name)),
                {"time", "_time", "timestamp", "date", "datetime", "date time", "ts", "epoch", "@timestamp"});
}

// Words that people wrote: no program names a series so.
bool sentence(std::string_view cell) { return cell.size() > 80 || std::ranges::count(cell, ' ') > 4; }

// The first lines of a table, cut with one separator.
class Sheet {
 public:
  Sheet(std::span<const std::string_view> lines, char separator) : separator_(separator) {
    CsvRow row(separator);
    for (size_t i = 0; i < lines.size();) {
      const size_t first = i;
      const std::string text = next_row(lines, row, i);
      if (text.empty() || (first == 0 && text.starts_with("sep="))) continue;
      const bool comment = text.starts_with('#');
      row.split(std::string_view(text).substr(comment ? 1 : 0));
      std::vector<std::string> cells(row.fields().begin(), row.fields().end());
      if (!comment) {
        if (rows_.empty()) out_.first_row = first;
        if (rows_.size() == 1) behind_header_ = first;
        rows_.push_back(std::move(cells));
      } else if (rows_.empty()) {
        remark_ = std::move(cells);
      }
    }
  }

  std::optional<CsvShape> shape() {
    if (rows_.empty() || rows_.front().size() < 2 || !find_header()) return std::nullopt;
    const size_t width = header_.empty() ? rows_.front().size() : header_.size();
    const size_t all = rows_.size();
    std::erase_if(rows_, [&](const auto& row) { return row.size() != width; });
    if (rows_.empty() || rows_.size() * 4 < all * 3) return std::nullopt;
    if (share([&](const auto& row) { return is_time(row[out_.time_column]); }) < 0.75) return std::nullopt;
    if (share([&](const auto& row) { return std::ranges::any_of(row, sentence); }) > 0) return std::nullopt;
    out_.separator = separator_;
    find_style();
    bool figures = false;
    for (size_t i = 0; i < width; ++i) figures = figures || (i != out_.time_column && is_figures(i));
    if (!figures) return std::nullopt;
    name_columns(width);
    return out_;
  }

 private:
  // The line at `i`, or all lines of a row with line ends in its quotes; `i` goes behind them.
  static std::string next_row(std::span<const std::string_view> lines, CsvRow& row, size_t& i) {
    const std::string_view line = lines[i++];
    if (row.split(line) == CsvRow::State::Whole) return std::string(line);
    std::string joined(line);
    for (size_t k = i; k < lines.size(); ++k) {
      joined.append("\n").append(lines[k]);
      if (row.still_open(lines[k])) continue;
      i = k + 1;
      return joined;
    }
    return std::string(line);
  }

  static bool is_time(std::string_view cell) { return SampleTimeParser().parse(cell).has_value(); }

  // Which column has the times, and whether the first row is a header.
  bool find_header() {
    const auto& first = rows_.front();
    for (size_t i = 0; i < first.size(); ++i) {
      if (!names_time(first[i])) continue;
      out_.time_column = i;
      out_.time_is_named = true;
      header_ = first;
      break;
    }
    if (header_.empty() && !is_time(first[0])) header_ = first;
    if (!header_.empty()) {
      std::erase(rows_, header_);  // wherever it comes again
      out_.first_row = behind_header_;
    } else if (remark_.size() == first.size()) {
      header_ = remark_;
      out_.time_is_named = names_time(header_.front());
    }
    return !rows_.empty();
  }

  template <class Test>
  double share(Test test) const {
    return static_cast<double>(std::ranges::count_if(rows_, test)) / static_cast<double>(rows_.size());
  }

  // A decimal comma is possible where commas do not separate, and taken for one where figures only read so.
  void find_style() {
    out_.style.units = true;
    if (separator_ == ',') return;
    size_t points = 0;
    size_t commas = 0;
    for (const auto& row : rows_) {
      for (const std::string& cell : row) {
        points += cell.contains('.') && parse_value(cell, {'.', true}).kind == ValueKind::Number ? 1 : 0;
        commas += cell.contains(',') && parse_value(cell, {',', true}).kind == ValueKind::Number ? 1 : 0;
      }
    }
    if (commas > points) out_.style.decimal_point = ',';
  }

  bool is_figures(size_t column) const {
    size_t figures = 0;
    size_t texts = 0;
    for (const auto& row : rows_) {
      const std::string& cell = row[column];
      if (cell.empty() || cell == "null" || cell == "-") continue;
      ++(parse_value(cell, out_.style).kind == ValueKind::Text ? texts : figures);
    }
    return figures > texts;
  }

  std::string unnamed(size_t column, size_t width) const {
    if (column == out_.time_column) return "time";
    return width == 2 ? "value" : fmt::format("column {}", column + 1);
  }

  void name_columns(size_t width) {
    std::vector<std::string> names;
    for (size_t i = 0; i < width; ++i) {
      std::string name = header_.empty() ? unnamed(i, width) : std::string(trim(header_[i]));
      if (std::ranges::find(names, name) != names.end()) name = fmt::format("{} (column {})", name, i + 1);
      names.push_back(std::move(name));
    }
    // A table with one figure a row, whose series another column names.
    const bool has_value =
        std::ranges::any_of(names, [](const auto& n) { return one_of(lower(n), {"value", "_value"}); });
    bool field_named = false;
    for (size_t i = 0; i < width; ++i) {
      const std::string name = lower(names[i]);
      Role role = Role::Guess;
      if (i == out_.time_column) {
        role = Role::Time;
      } else if (name.empty()) {
        role = Role::Skip;
      } else if (one_of(name, {"host", "hostname", "host name"}) && !is_figures(i)) {
        role = Role::Host;
      } else if (one_of(name, {"measurement", "_measurement"}) && !is_figures(i)) {
        role = Role::Measurement;
      } else if (has_value && !field_named && one_of(name, {"field", "_field", "metric", "series", "item"}) &&
                 !is_figures(i)) {
        role = Role::FieldName;
        field_named = true;
      } else if (is_figures(i)) {
        role = Role::Number;
      }
      out_.columns.push_back({names[i], role, ""});
    }
  }

  char separator_;
  size_t behind_header_ = 0;  // line of the second row
  std::vector<std::string> header_;
  std::vector<std::string> remark_;  // the last comment above the table
  std::vector<std::vector<std::string>> rows_;
  CsvShape out_;
};

}  // namespace

std::optional<CsvShape> csv_shape(std::span<const std::string_view> lines) {
  lines = lines.first(std::min(lines.size(), kShapeLines));
  std::optional<CsvShape> best;
  for (const char separator : {',', ';', '\t'}) {
    auto shape = Sheet(lines, separator).shape();
    if (shape && (!best || shape->columns.size() > best->columns.size())) best = std::move(shape);
  }
  return best;
}

}  // namespace inquest::decode
