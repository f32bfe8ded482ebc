// A column of a Flux table: values of one type, any of them null. Immutable and shared: copies and slices cost nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace inquest::query {

// The types that a column of a table can have.
enum class ColumnType : uint8_t { Bool, Int, UInt, Float, String, Time };
// As Flux words them in messages and in columns(): "bool", "int", "uint", "float", "string", "time".
std::string_view to_string(ColumnType type);

// One value of a column, or null.
struct Cell {
  ColumnType type = ColumnType::String;
  bool null = true;
  uint64_t bits = 0;  // 0 or 1, an integer, a double's bits, nanoseconds since 1970 (UTC); nothing for a string
  std::string text;   // of a string

  static Cell none(ColumnType type) { return {type, true, 0, {}}; }
  static Cell of(bool value) { return {ColumnType::Bool, false, value ? 1U : 0U, {}}; }
  static Cell of(int64_t value) { return {ColumnType::Int, false, static_cast<uint64_t>(value), {}}; }
  static Cell of(uint64_t value) { return {ColumnType::UInt, false, value, {}}; }
  static Cell of(double value) { return {ColumnType::Float, false, std::bit_cast<uint64_t>(value), {}}; }
  static Cell of(std::string value) { return {ColumnType::String, false, 0, std::move(value)}; }
  static Cell time(Ns value) { return {ColumnType::Time, false, static_cast<uint64_t>(value), {}}; }

  int64_t integer() const { return static_cast<int64_t>(bits); }
  double number() const { return std::bit_cast<double>(bits); }
  // As a bit pattern, so that a NaN is equal to itself: what identity and grouping need.
  friend bool operator==(const Cell&, const Cell&) = default;
};

// -1, 0 or 1: null before all values, then by value; cells of different types by type.
int compare(const Cell& a, const Cell& b);

class Column {
 public:
  // An empty column of strings.
  Column() = default;
  // Every type is kept as words of 64 bits: 0 or 1, an integer, a double's bits, nanoseconds, or for strings the place
  // in `strings`, below whose size every word of a value that is not null must be. `valid` is empty where nothing is
  // null, else it has one entry a value. Words of null values mean nothing.
  Column(ColumnType type, std::vector<uint64_t> words, std::vector<uint8_t> valid = {},
         std::shared_ptr<const std::vector<std::string>> strings = nullptr);
  // The same value, `size` times, at the cost of one.
  static Column constant(const Cell& cell, size_t size);

  ColumnType type() const { return type_; }
  size_t size() const { return size_; }
  // Kept as one value: what holds for one row holds for all. A column that merely happens to repeat its value is none.
  bool is_constant() const { return step_ == 0; }
  bool has_nulls() const { return valid_ != nullptr; }

  bool null(size_t row) const { return valid_ && (*valid_)[place(row)] == 0; }
  // The values that follow must not be null, and of the column's type.
  uint64_t word(size_t row) const { return data_[row * step_]; }
  bool boolean(size_t row) const { return word(row) != 0; }
  int64_t integer(size_t row) const { return static_cast<int64_t>(word(row)); }
  uint64_t natural(size_t row) const { return word(row); }
  double number(size_t row) const { return std::bit_cast<double>(word(row)); }
  Ns time(size_t row) const { return static_cast<Ns>(word(row)); }
  // The view lives as long as this column or a copy of it.
  std::string_view text(size_t row) const { return (*strings_)[word(row)]; }
  Cell cell(size_t row) const;

  // The words themselves, for loops; empty where the column is constant.
  std::span<const uint64_t> words() const { return step_ == 0 ? std::span<const uint64_t>() : std::span(data_, size_); }
  // The dictionary of a column of strings: words are places in it. It may repeat a string, and hold unused ones.
  const std::shared_ptr<const std::vector<std::string>>& strings() const { return strings_; }

  // Rows [begin, end), sharing the values.
  Column slice(size_t begin, size_t end) const;
  // The rows named, in that order; none may be beyond the end.
  Column take(std::span<const uint32_t> rows) const;

 private:
  size_t place(size_t row) const { return offset_ + row * step_; }

  ColumnType type_ = ColumnType::String;
  size_t size_ = 0;
  size_t offset_ = 0;
  size_t step_ = 1;                 // 0 where all rows share one value
  const uint64_t* data_ = nullptr;  // words_ from offset_ on
  std::shared_ptr<const std::vector<uint64_t>> words_;
  std::shared_ptr<const std::vector<uint8_t>> valid_;
  std::shared_ptr<const std::vector<std::string>> strings_;
};

// Whether two rows hold the same: nulls are equal to nulls, and columns of different types never.
bool same(const Column& a, size_t row_a, const Column& b, size_t row_b);
// -1, 0 or 1 as compare() of cells; numbers by value with NaN last.
int compare(const Column& a, size_t row_a, const Column& b, size_t row_b);

// Makes a column, value by value.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(ColumnType type, size_t expected = 0);

  ColumnType type() const { return type_; }
  size_t size() const { return words_.size(); }

  void null();
  // Of types that are not String.
  void word(uint64_t word);
  void add(bool value) { word(value ? 1 : 0); }
  void add(int64_t value) { word(static_cast<uint64_t>(value)); }
  void add(double value) { word(std::bit_cast<uint64_t>(value)); }
  void text(std::string_view value);
  // Of the builder's type, or null.
  void cell(const Cell& cell);
  // A value of a column of the same type, or null.
  void row(const Column& from, size_t row);
  // All values of a column of the same type.
  void rows(const Column& from);

  // The builder is empty afterwards.
  Column finish();

 private:
  uint64_t text_word(std::string_view value);

  ColumnType type_;
  std::vector<uint64_t> words_;
  std::vector<uint8_t> valid_;  // as long as words_, or empty so far
  std::vector<std::string> strings_;
  std::unordered_map<std::string, uint64_t> places_;  // of strings, as long as they are few
  // Which word of strings_ a word of the column that was last copied from has become.
  std::shared_ptr<const std::vector<std::string>> source_;
  std::vector<uint64_t> copied_;
};

}  // namespace inquest::query
