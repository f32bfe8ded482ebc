#include "query/row_index.h"

namespace inquest::query {

std::string identity_of(const Table& table, std::span<const std::string> labels, size_t row, bool* null_found) {
  std::string out;
  for (const std::string& label : labels) {
    const Column* column = table.find(label);
    if (column == nullptr || column->null(row)) {
      if (null_found != nullptr) *null_found = true;
      out += 'n';
      continue;
    }
    out += static_cast<char>('0' + static_cast<int>(column->type()));
    const bool is_text = column->type() == ColumnType::String;
    const std::string_view text = is_text ? column->text(row) : std::string_view();
    // Behind a length no text can pretend to be two.
    uint64_t word = is_text ? text.size() : column->word(row);
    if (column->type() == ColumnType::Float && column->number(row) == 0) word = 0;  // -0 is 0
    out.append(reinterpret_cast<const char*>(&word), sizeof word);
    out += text;
  }
  return out;
}

RowIndex::RowIndex(const Table& table, std::span<const std::string> labels) {
  for (size_t row = 0; row < table.rows; ++row) {
    bool null_found = false;
    std::string identity = identity_of(table, labels, row, &null_found);
    if (!null_found) rows_[std::move(identity)].push_back(static_cast<uint32_t>(row));
  }
}

std::span<const uint32_t> RowIndex::find(const std::string& identity) const {
  const auto found = rows_.find(identity);
  return found == rows_.end() ? std::span<const uint32_t>() : std::span<const uint32_t>(found->second);
}

}  // namespace inquest::query
