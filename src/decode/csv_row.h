// Rows of CSV: RFC 4180, and what programs make of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inquest::decode {

// Cuts one row into fields. Used again and again, so that no row costs an allocation. A field is quoted where it begins
// with a quote; two quotes within it stand for one, and one that no separator follows stands for itself. Quotes
// elsewhere are text.
class CsvRow {
 public:
  // What stands beyond that many separators is one last field.
  static constexpr size_t kMostFields = 4096;

  enum class State : uint8_t {
    Whole,
    Open,  // the text ends within quotes: its last field goes on in the next line
  };

  explicit CsvRow(char separator = ',') : separator_(separator) {}
  char separator() const { return separator_; }
  void set_separator(char separator) { separator_ = separator; }

  State split(std::string_view text);
  // At least one: of an empty text the empty field. Views into the text or, of quoted fields, into the row; they live
  // as long as both, until the next split.
  std::span<const std::string_view> fields() const { return {fields_.data(), count_}; }
  // Whether a quote stood anywhere; if not, fields are exactly what lies between separators.
  bool quoted() const { return quoted_; }

  // Whether a quoted field that was open before `text` (the next line) is open, or another one, at its end.
  bool still_open(std::string_view text) const;

 private:
  void push(const char* begin, const char* end);
  State split_quoted(std::string_view text);

  char separator_;
  bool quoted_ = false;
  size_t count_ = 0;
  std::vector<std::string_view> fields_;
  std::string unquoted_;  // of fields with two quotes in them
};

}  // namespace inquest::decode
