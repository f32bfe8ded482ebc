#include "query/column.h"

#include <cmath>
#include <limits>
#include <utility>

namespace inquest::query {
namespace {

constexpr uint64_t kNotCopied = std::numeric_limits<uint64_t>::max();
// Above so many different strings a column gains nothing from looking for repetitions.
constexpr size_t kMaxDictionary = 1 << 16;

template <class T>
int three_way(T a, T b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_numbers(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return three_way(std::isnan(a) ? 1 : 0, std::isnan(b) ? 1 : 0);
  return three_way(a, b);
}

int compare_words(ColumnType type, uint64_t a, uint64_t b) {
  switch (type) {
    case ColumnType::Int:
    case ColumnType::Time: return three_way(static_cast<int64_t>(a), static_cast<int64_t>(b));
    case ColumnType::Float: return compare_numbers(std::bit_cast<double>(a), std::bit_cast<double>(b));
    default: return three_way(a, b);
  }
}

}  // namespace

std::string_view to_string(ColumnType type) {
  switch (type) {
    case ColumnType::Bool: return "bool";
    case ColumnType::Int: return "int";
    case ColumnType::UInt: return "uint";
    case ColumnType::Float: return "float";
    case ColumnType::String: return "string";
    case ColumnType::Time: return "time";
  }
  return "string";
}

int compare(const Cell& a, const Cell& b) {
  if (a.type != b.type) return three_way(a.type, b.type);
  if (a.null || b.null) return three_way(a.null ? 0 : 1, b.null ? 0 : 1);
  if (a.type == ColumnType::String) return three_way(a.text.compare(b.text), 0);
  return compare_words(a.type, a.bits, b.bits);
}

Column::Column(ColumnType type, std::vector<uint64_t> words, std::vector<uint8_t> valid,
               std::shared_ptr<const std::vector<std::string>> strings)
    : type_(type), size_(words.size()), strings_(std::move(strings)) {
  words_ = std::make_shared<const std::vector<uint64_t>>(std::move(words));
  data_ = words_->data();
  if (!valid.empty()) valid_ = std::make_shared<const std::vector<uint8_t>>(std::move(valid));
}

Column Column::constant(const Cell& cell, size_t size) {
  ColumnBuilder one(cell.type, 1);
  one.cell(cell);
  Column column = one.finish();
  column.step_ = 0;
  column.size_ = size;
  return column;
}

Cell Column::cell(size_t row) const {
  if (null(row)) return Cell::none(type_);
  if (type_ == ColumnType::String) return Cell::of(std::string(text(row)));
  return {type_, false, word(row), {}};
}

Column Column::slice(size_t begin, size_t end) const {
  Column out = *this;
  out.size_ = end - begin;
  out.offset_ += begin * step_;
  out.data_ += begin * step_;
  return out;
}

Column Column::take(std::span<const uint32_t> rows) const {
  if (step_ == 0) {
    Column out = *this;
    out.size_ = rows.size();
    return out;
  }
  std::vector<uint64_t> words(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) words[i] = data_[rows[i]];
  std::vector<uint8_t> valid;
  if (valid_) {
    valid.resize(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) valid[i] = (*valid_)[offset_ + rows[i]];
  }
  return {type_, std::move(words), std::move(valid), strings_};
}

bool same(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  if (a.type() != b.type()) return false;
  if (a.null(row_a) || b.null(row_b)) return a.null(row_a) && b.null(row_b);
  if (a.type() == ColumnType::String) {
    return (a.strings() == b.strings() && a.word(row_a) == b.word(row_b)) || a.text(row_a) == b.text(row_b);
  }
  if (a.type() == ColumnType::Float) {
    return a.number(row_a) == b.number(row_b) || a.word(row_a) == b.word(row_b);
  }
  return a.word(row_a) == b.word(row_b);
}

int compare(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  if (a.type() != b.type()) return three_way(a.type(), b.type());
  if (a.null(row_a) || b.null(row_b)) return three_way(a.null(row_a) ? 0 : 1, b.null(row_b) ? 0 : 1);
  if (a.type() == ColumnType::String) return three_way(a.text(row_a).compare(b.text(row_b)), 0);
  return compare_words(a.type(), a.word(row_a), b.word(row_b));
}

ColumnBuilder::ColumnBuilder(ColumnType type, size_t expected) : type_(type) { words_.reserve(expected); }

void ColumnBuilder::null() {
  words_.push_back(0);
  valid_.resize(words_.size(), 1);  // the first null finds only values before it
  valid_.back() = 0;
}

void ColumnBuilder::word(uint64_t word) {
  words_.push_back(word);
  if (!valid_.empty()) valid_.push_back(1);
}

uint64_t ColumnBuilder::text_word(std::string_view value) {
  if (!strings_.empty() && strings_.back() == value) return strings_.size() - 1;
  if (places_.size() >= kMaxDictionary) {
    strings_.emplace_back(value);
    return strings_.size() - 1;
  }
  const auto [place, added] = places_.try_emplace(std::string(value), strings_.size());
  if (added) strings_.emplace_back(value);
  return place->second;
}

void ColumnBuilder::text(std::string_view value) { word(text_word(value)); }

void ColumnBuilder::cell(const Cell& cell) {
  if (cell.null) {
    null();
  } else if (type_ == ColumnType::String) {
    text(cell.text);
  } else {
    word(cell.bits);
  }
}

void ColumnBuilder::row(const Column& from, size_t row) {
  if (from.null(row)) return null();
  if (type_ != ColumnType::String) return word(from.word(row));
  if (from.strings() != source_) {
    source_ = from.strings();
    copied_.assign(source_->size(), kNotCopied);
  }
  uint64_t& known = copied_[from.word(row)];
  if (known == kNotCopied) known = text_word(from.text(row));
  word(known);
}

void ColumnBuilder::rows(const Column& from) {
  if (type_ != ColumnType::String && !from.is_constant() && !from.has_nulls() && valid_.empty()) {
    const auto words = from.words();
    words_.insert(words_.end(), words.begin(), words.end());
    return;
  }
  for (size_t i = 0; i < from.size(); ++i) row(from, i);
}

Column ColumnBuilder::finish() {
  std::shared_ptr<const std::vector<std::string>> strings;
  if (type_ == ColumnType::String) strings = std::make_shared<const std::vector<std::string>>(std::move(strings_));
  Column column(type_, std::move(words_), std::move(valid_), std::move(strings));
  words_.clear();
  valid_.clear();
  strings_.clear();
  places_.clear();
  source_ = nullptr;
  copied_.clear();
  return column;
}

}  // namespace inquest::query
