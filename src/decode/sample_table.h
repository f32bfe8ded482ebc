// Tables of figures, whatever they are written in: columns with roles in, samples out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/sample_time.h"
#include "decode/sample_value.h"
#include "decode/telemetry.h"
#include "model/strings.h"

namespace inquest::decode {

// What the cells of a column are.
enum class Role : uint8_t {
  Skip,
  Time,
  Host,
  Measurement,
  FieldName,  // names the field of the row's figures
  Result,     // name of the query's result: tells series apart that have all else in common
  Tags,       // "cpu=cpu0,mode=idle"
  Tag,
  Number,      // a figure; the column's name is its field, unless there is a FieldName
  Flag,        // "true" or "false": 1 or 0
  Loose,       // each cell a figure, a flag or text, as it looks
  Text,        // counted, and left out
  Guess,       // Number, Flag or Tag: the first cell that is not empty tells
  GuessField,  // Number, Flag or Text, likewise
};

struct Column {
  std::string name;
  Role role = Role::Guess;
  std::string fallback;  // stands for an empty cell
};

// Makes a sample of each figure of a row; nothing is allocated for a row whose series is known. Empty cells are no
// figures.
class SampleTable {
 public:
  // Of the columns whose text was guessed to be tags; that of further ones is left out.
  static constexpr size_t kMostTags = 8;
  // What tells a row's series apart may be that long; a longer row is none.
  static constexpr size_t kLongestKey = 4096;

  explicit SampleTable(Telemetry& into, NumberStyle style = {}) : into_(into), style_(style) {}

  // The columns of the rows to come; also of the next table in the same input. Without a Time column rows are no
  // samples.
  void define(std::vector<Column> columns);
  size_t width() const { return columns_.size(); }
  // Names that the input gives outside of its rows, for all rows to come; a column of that role goes before.
  void set_names(std::string_view measurement, std::string_view tags, std::string_view result);
  void set_style(NumberStyle style) { style_ = style; }

  // A broken row (wrong number of cells, no time, a cell of a Number column that is none) is a problem at its place;
  // its good cells are kept.
  void row(std::span<const std::string_view> cells, const Place& place);

  // Whether rows of this table have one figure, and the last two were of one series: then again() may take the next
  // one.
  bool repeats() const { return same_key_ && values_.size() == 1 && columns_[values_.front()].role == Role::Number; }
  size_t time_column() const { return time_; }
  size_t value_column() const { return values_.front(); }
  // A row that differs from the last one in time and figure only. False, and nothing done, where one of them is not
  // plain.
  bool again(std::string_view time, std::string_view value, const Place& place);

 private:
  static constexpr size_t kNone = SIZE_MAX;
  static constexpr size_t kMostCells = 4'000'000;
  static constexpr model::SeriesId kNoSeries = UINT32_MAX;
  static constexpr model::SeriesId kTooMany = UINT32_MAX - 1;

  void sort_out();
  void forget();
  void guess(std::span<const std::string_view> cells);
  std::string_view cell(std::span<const std::string_view> cells, size_t column) const {
    return cells[column].empty() ? std::string_view(columns_[column].fallback) : cells[column];
  }
  bool matches_last(std::span<const std::string_view> cells, bool utc) const;
  bool find_key(std::span<const std::string_view> cells, bool utc, const Place& place);
  void value(std::span<const std::string_view> cells, size_t at, const SampleTime& time, const Place& place);
  model::SeriesId series_of(std::span<const std::string_view> cells, size_t at, bool utc, const Place& place);
  model::SeriesId make_series(std::span<const std::string_view> cells, size_t column, bool utc, const Place& place);
  bool clashes(const Telemetry::Name& name, std::string_view result);

  Telemetry& into_;
  NumberStyle style_;
  SampleTimeParser times_;
  std::vector<Column> columns_;
  std::string measurement_;
  std::string tags_;
  std::string result_;

  // Columns by what is done with them.
  size_t time_ = kNone;
  std::vector<size_t> keys_;    // what tells series apart
  std::vector<size_t> values_;  // figures, flags and text
  std::vector<size_t> guesses_;
  size_t guessed_tags_ = 0;

  // A row's key is its key cells, each behind its length, and its clock. Keys are numbered from 1 by the pool; each has
  // one series for each value column, made when the first figure comes.
  model::StringPool known_keys_;
  std::vector<model::SeriesId> series_;
  std::string last_key_;
  uint32_t last_id_ = 0;  // 0: none
  bool last_utc_ = true;
  bool same_key_ = false;

  // Names of series, and the result that each came in first, by the pool's numbers.
  model::StringPool names_;
  model::StringPool results_;
  std::vector<model::StrId> first_result_;
};

}  // namespace inquest::decode
