#include "query/record_rows.h"

#include <algorithm>

#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {

// Records mostly have the same fields in the same order.
RecordRows::Made& RecordRows::place_of(size_t guess, std::string_view label) {
  if (guess < made_.size() && made_[guess].label == label) return made_[guess];
  const auto found = std::ranges::find(made_, label, &Made::label);
  if (found != made_.end()) return *found;
  return made_.emplace_back(Made{std::string(label), std::nullopt});
}

Result<void> RecordRows::put(Made& made, const Value& value) {
  if (!made.values) {
    const auto type = column_type(value.type());
    if (!type && value.is_null()) return {};
    if (!type) {
      return refuse("property \"{}\" is of type {}, which no column can have", made.label, to_string(value.type()));
    }
    made.values.emplace(*type);
  }
  while (made.values->size() < rows_) made.values->null();
  if (append_value(*made.values, value)) return {};
  return refuse("column \"{}\" would have values of two types: {} and {}", made.label, to_string(made.values->type()),
                to_string(value.type()));
}

Result<void> RecordRows::add(const Value& record) {
  if (!record.is(Type::Record)) return refuse("a record is needed, not {}", to_string(record.type()));
  const auto& fields = record.as_record().fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (auto ok = put(place_of(i, fields[i].first.view()), fields[i].second); !ok) return ok;
  }
  ++rows_;
  return {};
}

Table RecordRows::take(const GroupKey& key) {
  Table out{key, {}, rows_, std::nullopt};
  for (Made& made : made_) {
    if (!made.values) continue;
    while (made.values->size() < rows_) made.values->null();
    Column column = made.values->finish();
    if (const Cell* value = key.find(made.label)) column = Column::constant(*value, rows_);
    out.columns.push_back({std::move(made.label), std::move(column)});
  }
  made_.clear();
  rows_ = 0;
  return out;
}

}  // namespace inquest::query
