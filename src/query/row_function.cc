#include "query/row_function.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "query/lexer.h"
#include "query/row_values.h"
#include "query/vector_expression.h"

namespace inquest::query {
namespace {

// Columns that grow as rows name fields.
class ColumnsOfRecords {
 public:
  explicit ColumnsOfRecords(size_t rows) : rows_(rows) {}

  Result<void> add(const Record& record, size_t row) {
    for (const auto& [name, value] : record.fields()) {
      auto [it, added] = places_.try_emplace(std::string(name.view()), fields_.size());
      if (added) fields_.push_back({it->first, std::nullopt});
      Field& field = fields_[it->second];
      if (value.type() == Type::Null) continue;
      const auto type = column_type(value.type());
      if (!type) {
        return fail(ErrorCode::Malformed,
                    fmt::format("`{}` is {}, which no column can hold", field.name, to_string(value.type())));
      }
      if (!field.column) field.column.emplace(*type, rows_);
      while (field.column->size() < row) field.column->null();
      if (!append_value(*field.column, value)) {
        return fail(ErrorCode::Malformed, fmt::format("`{}` is {} in one row and {} in another", field.name,
                                                      to_string(field.column->type()), to_string(*type)));
      }
    }
    return {};
  }

  std::vector<NamedColumn> finish() {
    std::vector<NamedColumn> out;
    for (Field& field : fields_) {
      if (!field.column) continue;
      while (field.column->size() < rows_) field.column->null();
      out.push_back({field.name, field.column->finish()});
    }
    return out;
  }

 private:
  struct Field {
    std::string name;
    std::optional<ColumnBuilder> column;
  };
  size_t rows_;
  std::vector<Field> fields_;
  std::unordered_map<std::string, size_t> places_;
};

void put(std::vector<NamedColumn>& columns, std::string_view label, Column column) {
  const auto it = std::find_if(columns.begin(), columns.end(), [&](const NamedColumn& c) { return c.label == label; });
  if (it != columns.end()) {
    it->column = std::move(column);
  } else {
    columns.push_back({std::string(label), std::move(column)});
  }
}

// A literal of one expression, whose only parameter is the row.
const Expression* expression_of(const Closure* closure, std::string_view parameter) {
  if (closure == nullptr) return nullptr;
  const Expression& literal = closure->literal();
  const bool simple =
      literal.body.empty() && literal.properties.size() == 1 && literal.properties[0].name.view() == parameter;
  return simple ? literal.operands[0].get() : nullptr;
}

// `{r with a: ...}` and `{a: ...}`; nothing where a field has to be computed row by row.
std::optional<std::vector<NamedColumn>> record_columns(const VectorExpression& vectors, const Expression& record,
                                                       const Table& table) {
  if (record.kind != Expression::Kind::Record) return std::nullopt;
  std::vector<NamedColumn> out;
  if (!record.operands.empty()) {
    if (!vectors.is_row(*record.operands[0])) return std::nullopt;
    out = table.columns;
  }
  for (const Property& property : record.properties) {
    auto value = vectors.compute(*property.value);
    if (!value || value->single) return std::nullopt;
    put(out, property.name.view(), std::move(value->column));
  }
  return out;
}

}  // namespace

RowFunction::RowFunction(const Call& call, const Function& function, std::string_view parameter)
    : call_(call), function_(function), parameter_(parameter), closure_(dynamic_cast<const Closure*>(&function)) {}

Result<Value> RowFunction::value(const Table& table, size_t row) const {
  if (closure_ != nullptr) return closure_->call_row(parameter_, Row{&table, row}, call_.at());
  const Argument argument{parameter_, record_of(Row{&table, row})};
  return call_.invoke(function_, std::span(&argument, 1));
}

Result<std::vector<uint32_t>> RowFunction::rows_where(const Table& table) const {
  std::vector<uint32_t> out;
  if (auto counted = call_.context().step(table.rows + 1); !counted) return fail(std::move(counted).error());
  if (const Expression* body = expression_of(closure_, parameter_)) {
    const auto truths = VectorExpression(*closure_, 0, table).compute(*body);
    if (truths && truths->single && truths->single->is_null()) return out;
    if (truths && !truths->single && truths->column.type() == ColumnType::Bool) {
      const Column& column = truths->column;
      for (size_t row = 0; row < table.rows; ++row) {
        if (!column.null(row) && column.boolean(row)) out.push_back(static_cast<uint32_t>(row));
      }
      return out;
    }
  }
  for (size_t row = 0; row < table.rows; ++row) {
    auto truth = value(table, row);
    if (!truth) return fail(std::move(truth).error());
    if (truth->is_null()) continue;
    if (truth->type() != Type::Bool) {
      return fail(ErrorCode::Malformed, fmt::format("the function must give bool, not {}", to_string(truth->type())));
    }
    if (truth->as_bool()) out.push_back(static_cast<uint32_t>(row));
  }
  return out;
}

Result<std::vector<NamedColumn>> RowFunction::records(const Table& table) const {
  if (auto counted = call_.context().step(table.rows + 1); !counted) return fail(std::move(counted).error());
  if (const Expression* body = expression_of(closure_, parameter_)) {
    if (auto columns = record_columns(VectorExpression(*closure_, 0, table), *body, table)) return std::move(*columns);
  }
  ColumnsOfRecords columns(table.rows);
  for (size_t row = 0; row < table.rows; ++row) {
    auto record = value(table, row);
    if (!record) return fail(std::move(record).error());
    if (!record->is(Type::Record)) {
      const auto found = record->is_null() ? "null" : to_string(record->type());
      return fail(ErrorCode::Malformed, fmt::format("the function must give a record, not {}", found));
    }
    if (auto added = columns.add(record->as_record(), row); !added) return fail(std::move(added).error());
  }
  return columns.finish();
}

}  // namespace inquest::query
