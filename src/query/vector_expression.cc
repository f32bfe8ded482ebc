#include "query/vector_expression.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "query/operators.h"
#include "query/regexp.h"
#include "query/row_values.h"

namespace inquest::query {
namespace {

bool is_comparison(Operator op) { return op >= Operator::Equal; }
// What is a loop over numbers, without rows that can fail.
bool is_total(Operator op, ColumnType type) {
  if (type == ColumnType::Float) return true;
  if (type == ColumnType::Time) return is_comparison(op);
  return (type == ColumnType::Int || type == ColumnType::UInt) &&
         (is_comparison(op) || op == Operator::Add || op == Operator::Subtract || op == Operator::Multiply);
}

template <class T>
uint64_t compared(Operator op, T a, T b) {
  switch (op) {
    case Operator::Equal: return a == b ? 1 : 0;
    case Operator::NotEqual: return a != b ? 1 : 0;
    case Operator::Less: return a < b ? 1 : 0;
    case Operator::LessEqual: return a <= b ? 1 : 0;
    case Operator::Greater: return a > b ? 1 : 0;
    default: return a >= b ? 1 : 0;
  }
}

double computed(Operator op, double a, double b) {
  switch (op) {
    case Operator::Add: return a + b;
    case Operator::Subtract: return a - b;
    case Operator::Multiply: return a * b;
    case Operator::Divide: return a / b;
    case Operator::Modulo: return std::fmod(a, b);
    default: return std::pow(a, b);
  }
}

// Signed and unsigned wrap alike.
uint64_t computed(Operator op, uint64_t a, uint64_t b) {
  return op == Operator::Add ? a + b : op == Operator::Subtract ? a - b : a * b;
}

uint64_t word_of(Operator op, ColumnType type, uint64_t a, uint64_t b) {
  const bool comparison = is_comparison(op);
  switch (type) {
    case ColumnType::Float: {
      const auto x = std::bit_cast<double>(a);
      const auto y = std::bit_cast<double>(b);
      return comparison ? compared(op, x, y) : std::bit_cast<uint64_t>(computed(op, x, y));
    }
    case ColumnType::UInt: return comparison ? compared(op, a, b) : computed(op, a, b);
    default: return comparison ? compared(op, static_cast<int64_t>(a), static_cast<int64_t>(b)) : computed(op, a, b);
  }
}

// 1 where a row has a value; empty where all have.
std::vector<uint8_t> both_valid(const Column& a, const Column& b, size_t rows) {
  if (!a.has_nulls() && !b.has_nulls()) return {};
  std::vector<uint8_t> valid(rows);
  for (size_t row = 0; row < rows; ++row) valid[row] = a.null(row) || b.null(row) ? 0 : 1;
  return valid;
}

Column numbers(Operator op, const Column& a, const Column& b, size_t rows) {
  std::vector<uint64_t> words(rows);
  const ColumnType type = a.type();
  for (size_t row = 0; row < rows; ++row) words[row] = word_of(op, type, a.word(row), b.word(row));
  return {is_comparison(op) ? ColumnType::Bool : type, std::move(words), both_valid(a, b, rows)};
}

// Strings against one value: once for each different string.
std::optional<Vector> strings(Operator op, const Column& column, const Value& value, size_t rows) {
  std::vector<int8_t> known(column.strings()->size(), -1);
  std::vector<uint64_t> words(rows);
  for (size_t row = 0; row < rows; ++row) {
    if (column.null(row)) continue;
    int8_t& answer = known[column.word(row)];
    if (answer < 0) {
      auto out = apply(op, Value::string(column.text(row)), value);
      if (!out || !out->is(Type::Bool)) return std::nullopt;
      answer = out->as_bool() ? 1 : 0;
    }
    words[row] = static_cast<uint64_t>(answer);
  }
  return Vector{{ColumnType::Bool, std::move(words), both_valid(column, column, rows)}, {}};
}

}  // namespace

std::optional<Vector> VectorExpression::constant(const Value& value) const {
  if (const auto cell = to_cell(value)) return Vector{Column::constant(*cell, table_.rows), {}};
  if (value.is_null() || value.is(Type::Regexp)) return Vector{{}, value};
  return std::nullopt;
}

bool VectorExpression::is_row(const Expression& e) const {
  return e.kind == Expression::Kind::Identifier && e.place.kind == Place::Kind::Local && e.place.slot == row_slot_;
}

std::optional<Vector> VectorExpression::compute(const Expression& e) const {
  switch (e.kind) {
    case Expression::Kind::Literal: return constant(e.literal);
    case Expression::Kind::Identifier: {
      if (e.place.kind == Place::Kind::Capture) return constant(closure_.captures()[e.place.slot]);
      if (e.place.kind != Place::Kind::Package) return std::nullopt;
      return constant(closure_.interpreter().library().package(e.place.package).values[e.place.slot]);
    }
    case Expression::Kind::Member: {
      if (e.place.kind == Place::Kind::Package) {
        return constant(closure_.interpreter().library().package(e.place.package).values[e.place.slot]);
      }
      if (!is_row(*e.operands[0])) return std::nullopt;
      const Column* column = table_.find(e.name.view());
      return column == nullptr ? Vector{{}, Value()} : Vector{*column, {}};
    }
    case Expression::Kind::Binary: return binary(e);
    case Expression::Kind::And:
    case Expression::Kind::Or:
    case Expression::Kind::Not: return logical(e);
    case Expression::Kind::Conditional: return conditional(e);
    case Expression::Kind::Exists: {
      const auto of = compute(*e.operands[0]);
      if (!of) return std::nullopt;
      if (of->single) return constant(Value::boolean(!of->single->is_null()));
      if (!of->column.has_nulls()) return constant(Value::boolean(true));
      std::vector<uint64_t> words(table_.rows);
      for (size_t row = 0; row < table_.rows; ++row) words[row] = of->column.null(row) ? 0 : 1;
      return Vector{{ColumnType::Bool, std::move(words)}, {}};
    }
    default: return std::nullopt;
  }
}

std::optional<Vector> VectorExpression::binary(const Expression& e) const {
  const auto left = compute(*e.operands[0]);
  const auto right = left ? compute(*e.operands[1]) : std::nullopt;
  if (!right) return std::nullopt;
  const size_t rows = table_.rows;
  const auto single = [rows](const Vector& vector) -> std::optional<Value> {
    if (vector.single) return vector.single;
    if (vector.column.is_constant() && rows > 0) return to_value(vector.column.cell(0));
    return std::nullopt;
  };
  const auto a = single(*left);
  const auto b = single(*right);
  if (a && b) {
    const auto out = apply(e.op, *a, *b);
    return out ? constant(*out) : std::nullopt;
  }
  if ((a && a->is_null()) || (b && b->is_null())) {
    return is_comparison(e.op) ? constant(Value::null(Type::Bool)) : std::nullopt;
  }
  if (!a && b && left->column.type() == ColumnType::String) return strings(e.op, left->column, *b, rows);
  if (left->single || right->single) return std::nullopt;
  if (left->column.type() != right->column.type() || !is_total(e.op, left->column.type())) return std::nullopt;
  return Vector{numbers(e.op, left->column, right->column, rows), {}};
}

// Truths as 0, 1, and 2 for null.
std::optional<Vector> VectorExpression::logical(const Expression& e) const {
  const size_t rows = table_.rows;
  const bool negation = e.kind == Expression::Kind::Not;
  const uint8_t deciding = e.kind == Expression::Kind::Or ? 1 : 0;
  std::vector<uint8_t> truths(rows, deciding == 1 ? 0 : 1);
  bool untyped = false;
  for (const auto& operand : e.operands) {
    const auto value = compute(*operand);
    if (!value) return std::nullopt;
    if (value->single && (negation || !value->single->is_null()))
      return value->single->is_null() ? value : std::nullopt;
    if (!value->single && value->column.type() != ColumnType::Bool) return std::nullopt;
    untyped = untyped || value->single;
    for (size_t row = 0; row < rows; ++row) {
      const bool null = value->single || value->column.null(row);
      const auto truth = static_cast<uint8_t>(null ? 2 : value->column.word(row));
      if (truths[row] == deciding) continue;
      if (truth == deciding || truth == 2) truths[row] = truth;
    }
    // A group key's column decides for the whole table: what stands behind it is not computed, as in a row.
    if (!negation && !value->single && value->column.is_constant() && rows > 0 && !value->column.null(0) &&
        value->column.word(0) == deciding) {
      return constant(Value::boolean(deciding == 1));
    }
  }
  if (untyped && std::ranges::all_of(truths, [](uint8_t truth) { return truth == 2; })) return Vector{{}, Value()};
  std::vector<uint64_t> words(rows);
  std::vector<uint8_t> valid;
  for (size_t row = 0; row < rows; ++row) {
    words[row] = truths[row] == 1 ? 1 : 0;
    if (negation) words[row] ^= 1;
    if (truths[row] != 2) continue;
    if (valid.empty()) valid.assign(rows, 1);
    valid[row] = 0;
  }
  return Vector{{ColumnType::Bool, std::move(words), std::move(valid)}, {}};
}

std::optional<Vector> VectorExpression::conditional(const Expression& e) const {
  const auto test = compute(*e.operands[0]);
  if (!test || test->single || test->column.type() != ColumnType::Bool) return std::nullopt;
  const auto yes = compute(*e.operands[1]);
  const auto no = yes ? compute(*e.operands[2]) : std::nullopt;
  if (!no || yes->single || no->single || yes->column.type() != no->column.type()) return std::nullopt;
  ColumnBuilder out(yes->column.type(), table_.rows);
  for (size_t row = 0; row < table_.rows; ++row) {
    const bool is_true = !test->column.null(row) && test->column.boolean(row);
    out.row(is_true ? yes->column : no->column, row);
  }
  return Vector{out.finish(), {}};
}

}  // namespace inquest::query
