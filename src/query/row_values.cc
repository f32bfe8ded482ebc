#include "query/row_values.h"

namespace inquest::query {

Type value_type(ColumnType type) {
  switch (type) {
    case ColumnType::Bool: return Type::Bool;
    case ColumnType::Int: return Type::Int;
    case ColumnType::UInt: return Type::Uint;
    case ColumnType::Float: return Type::Float;
    case ColumnType::String: return Type::String;
    case ColumnType::Time: return Type::Time;
  }
  return Type::Null;
}

std::optional<ColumnType> column_type(Type type) {
  switch (type) {
    case Type::Bool: return ColumnType::Bool;
    case Type::Int: return ColumnType::Int;
    case Type::Uint: return ColumnType::UInt;
    case Type::Float: return ColumnType::Float;
    case Type::String: return ColumnType::String;
    case Type::Time: return ColumnType::Time;
    default: return std::nullopt;
  }
}

namespace {

Value number_value(ColumnType type, uint64_t word) {
  switch (type) {
    case ColumnType::Bool: return Value::boolean(word != 0);
    case ColumnType::Int: return Value::integer(static_cast<int64_t>(word));
    case ColumnType::UInt: return Value::unsigned_integer(word);
    case ColumnType::Float: return Value::floating(std::bit_cast<double>(word));
    case ColumnType::Time: return Value::time(static_cast<Ns>(word));
    case ColumnType::String: break;
  }
  return {};
}

}  // namespace

Value to_value(const Cell& cell) {
  if (cell.null) return Value::null(value_type(cell.type));
  return cell.type == ColumnType::String ? Value::string(cell.text) : number_value(cell.type, cell.bits);
}

std::optional<Cell> to_cell(const Value& value) {
  const auto type = column_type(value.type());
  if (!type) return std::nullopt;
  if (value.is_null()) return Cell::none(*type);
  switch (*type) {
    case ColumnType::Bool: return Cell::of(value.as_bool());
    case ColumnType::Int: return Cell::of(value.as_int());
    case ColumnType::UInt: return Cell::of(value.as_uint());
    case ColumnType::Float: return Cell::of(value.as_float());
    case ColumnType::String: return Cell::of(std::string(value.as_string()));
    case ColumnType::Time: return Cell::time(value.as_time());
  }
  return std::nullopt;
}

bool append_value(ColumnBuilder& column, const Value& value) {
  if (value.is_null()) {
    column.null();
    return true;
  }
  if (value.type() != value_type(column.type())) return false;
  switch (column.type()) {
    case ColumnType::Bool: column.add(value.as_bool()); break;
    case ColumnType::Int: column.add(value.as_int()); break;
    case ColumnType::UInt: column.word(value.as_uint()); break;
    case ColumnType::Float: column.add(value.as_float()); break;
    case ColumnType::String: column.text(value.as_string()); break;
    case ColumnType::Time: column.add(value.as_time()); break;
  }
  return true;
}

RowValues::RowValues(const Table& table) : table_(table) {
  for (const auto& [label, column] : table.columns) {
    labels_.emplace_back(label);
    Source source{&column, nullptr, std::nullopt};
    if (column.is_constant() && column.size() > 0) {
      source.constant = to_value(column.cell(0));
    } else if (column.type() == ColumnType::String) {
      auto& texts = texts_[column.strings().get()];
      if (!texts) texts = std::make_unique<std::vector<std::optional<Text>>>(column.strings()->size());
      source.texts = texts.get();
    }
    sources_.push_back(std::move(source));
  }
}

Value RowValues::value(size_t place, size_t row) {
  const Source& source = sources_[place];
  if (source.constant) return *source.constant;
  const Column& column = *source.column;
  if (column.null(row)) return Value::null(value_type(column.type()));
  if (column.type() != ColumnType::String) return number_value(column.type(), column.word(row));
  std::optional<Text>& text = (*source.texts)[column.word(row)];
  if (!text) text = Text(column.text(row));
  return Value::string(*text);
}

Value RowValues::record(size_t row) {
  std::vector<Record::Field> fields;
  fields.reserve(sources_.size());
  for (size_t i = 0; i < sources_.size(); ++i) fields.emplace_back(labels_[i], value(i, row));
  return Value::record(std::move(fields));
}

Value key_record(const GroupKey& key) {
  std::vector<Record::Field> fields;
  for (const auto& [label, value] : key.parts()) fields.emplace_back(Text(label), to_value(value));
  return Value::record(std::move(fields));
}

}  // namespace inquest::query
