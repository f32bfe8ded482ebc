#include "query/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace inquest::query {

GroupKey::GroupKey(std::vector<Part> parts) : parts_(std::move(parts)), sorted_(parts_.size()) {
  std::iota(sorted_.begin(), sorted_.end(), 0U);
  std::ranges::sort(sorted_, [&](uint32_t a, uint32_t b) { return parts_[a].label < parts_[b].label; });
}

const Cell* GroupKey::find(std::string_view label) const {
  for (const Part& part : parts_) {
    if (part.label == label) return &part.value;
  }
  return nullptr;
}

GroupKey GroupKey::with(std::string_view label, Cell value) const {
  std::vector<Part> parts = parts_;
  const auto found = std::ranges::find(parts, label, &Part::label);
  if (found == parts.end()) {
    parts.push_back({std::string(label), std::move(value)});
  } else {
    found->value = std::move(value);
  }
  return GroupKey(std::move(parts));
}

GroupKey GroupKey::without(std::string_view label) const {
  std::vector<Part> parts = parts_;
  std::erase_if(parts, [&](const Part& part) { return part.label == label; });
  return GroupKey(std::move(parts));
}

std::string GroupKey::identity() const {
  std::string out;
  for (const uint32_t place : sorted_) {
    const auto& [label, value] = parts_[place];
    // Lengths in front, so that no text can pretend to be another key.
    fmt::format_to(std::back_inserter(out), "{}:{}{}{}{:x}:{}:{}", label.size(), label, static_cast<int>(value.type),
                   value.null ? 'n' : 'v', value.bits, value.text.size(), value.text);
  }
  return out;
}

int compare(const GroupKey& a, const GroupKey& b) {
  const size_t common = std::min(a.sorted_.size(), b.sorted_.size());
  for (size_t i = 0; i < common; ++i) {
    const GroupKey::Part& left = a.parts_[a.sorted_[i]];
    const GroupKey::Part& right = b.parts_[b.sorted_[i]];
    // Whichever has the greater label lacks the other's, and a key without a value comes first.
    if (const int order = left.label.compare(right.label); order != 0) return order > 0 ? -1 : 1;
    if (const int order = compare(left.value, right.value); order != 0) return order;
    if (left.value.type == ColumnType::Float && left.value.bits != right.value.bits && !left.value.null) {
      return left.value.bits < right.value.bits ? -1 : 1;
    }
  }
  if (a.sorted_.size() == b.sorted_.size()) return 0;
  return a.sorted_.size() < b.sorted_.size() ? -1 : 1;
}

const Column* Table::find(std::string_view label) const {
  const auto at = place(label);
  return at ? &columns[*at].column : nullptr;
}

std::optional<size_t> Table::place(std::string_view label) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].label == label) return i;
  }
  return std::nullopt;
}

void Table::put(std::string_view label, Column column) {
  if (const auto at = place(label)) {
    columns[*at].column = std::move(column);
  } else {
    columns.push_back({std::string(label), std::move(column)});
  }
}

void Table::remove(std::string_view label) {
  std::erase_if(columns, [&](const NamedColumn& column) { return column.label == label; });
}

Table Table::slice(size_t begin, size_t end) const {
  Table out{key, {}, end - begin, range};
  out.columns.reserve(columns.size());
  for (const NamedColumn& each : columns) out.columns.push_back({each.label, each.column.slice(begin, end)});
  return out;
}

Table Table::take(std::span<const uint32_t> wanted) const {
  Table out{key, {}, wanted.size(), range};
  out.columns.reserve(columns.size());
  for (const NamedColumn& each : columns) out.columns.push_back({each.label, each.column.take(wanted)});
  return out;
}

Table table_of_key(const GroupKey& key, size_t rows) {
  Table table{key, {}, rows, std::nullopt};
  for (const auto& [label, value] : key.parts()) table.columns.push_back({label, Column::constant(value, rows)});
  return table;
}

Result<void> TableCollector::add(const GroupKey& key, const Table& table,
                                 std::optional<std::span<const uint32_t>> rows) {
  const auto [place, added] = places_.try_emplace(key.identity(), groups_.size());
  if (added) groups_.push_back({key, {}});
  groups_[place->second].pieces.push_back(rows ? table.take(*rows) : table);
  return {};
}

Result<Tables> TableCollector::finish() {
  Tables out;
  out.reserve(groups_.size());
  for (const Group& group : groups_) {
    auto table = concatenate(group.key, group.pieces);
    if (!table) return fail(table.error());
    out.push_back(std::move(*table));
  }
  sort_by_key(out);
  return out;
}

bool all_are(const Column& column, const Cell& value) {
  const Column wanted = Column::constant(value, 1);
  for (size_t row = 0; row < column.size(); ++row) {
    if (!same(column, row, wanted, 0)) return false;
  }
  return true;
}

Result<Table> concatenate(const GroupKey& key, const std::vector<Table>& pieces) {
  if (pieces.size() == 1) {
    Table only = pieces.front();
    only.key = key;
    for (const auto& [label, value] : key.parts()) {
      const Column* column = only.find(label);
      if (column != nullptr && !column->is_constant() && all_are(*column, value)) {
        only.put(label, Column::constant(value, only.rows));
      }
    }
    return only;
  }
  std::vector<std::pair<std::string, ColumnType>> schema;
  std::unordered_map<std::string_view, ColumnType> types;
  size_t rows = 0;
  for (const Table& piece : pieces) {
    rows += piece.rows;
    for (const auto& [label, column] : piece.columns) {
      const auto [known, added] = types.try_emplace(label, column.type());
      if (added) {
        schema.emplace_back(label, column.type());
      } else if (known->second != column.type()) {
        return fail(ErrorCode::Failed, fmt::format("schema collision detected: column \"{}\" is both of type {} and {}",
                                                   label, to_string(known->second), to_string(column.type())));
      }
    }
  }
  Table out{key, {}, rows, pieces.empty() ? std::nullopt : pieces.front().range};
  for (const auto& [label, type] : schema) {
    if (const Cell* value = key.find(label)) {
      out.columns.push_back({label, Column::constant(*value, rows)});
      continue;
    }
    ColumnBuilder builder(type, rows);
    for (const Table& piece : pieces) {
      if (const Column* column = piece.find(label)) {
        builder.rows(*column);
      } else {
        for (size_t i = 0; i < piece.rows; ++i) builder.null();
      }
    }
    out.columns.push_back({label, builder.finish()});
  }
  return out;
}

void sort_by_key(Tables& tables) {
  const auto before = [](const Table& a, const Table& b) { return compare(a.key, b.key) < 0; };
  if (!std::ranges::is_sorted(tables, before)) std::ranges::stable_sort(tables, before);
}

}  // namespace inquest::query
