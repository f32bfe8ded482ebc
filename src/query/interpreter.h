// Runs a resolved program, statement by statement.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "query/function.h"
#include "query/library.h"
#include "query/syntax.h"
#include "query/value.h"

namespace inquest::query {

class Column;
struct Table;

// A row that stands for a record: its fields are looked up where they are asked for.
struct Row {
  const Table* table = nullptr;
  size_t row = 0;
};
// The row's field; null of no type where the table has no such column.
Value field_of(const Row& row, std::string_view name);
Value record_of(const Row& row);
Value value_at(const Column& column, size_t row);

// What a function's body sees.
struct Frame {
  std::vector<Value> locals;
  std::span<const Value> captures = {};
  std::optional<Row> row;  // in place of the record in `locals[row_slot]`
  uint32_t row_slot = 0;
};

// Belongs to one query, and outlives all values of it.
class Interpreter {
 public:
  static Result<std::unique_ptr<Interpreter>> create(Context& context);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  Context& context() { return context_; }
  Library& library() { return library_; }

  // Runs the program's statements, test cases aside; gives the values of those that are expressions, in order.
  Result<std::vector<Value>> run(const Program& program);
  Result<Value> evaluate(const Expression& expression, Frame& frame);

  // The last place in the user's text that called something: where errors of the library's own text are reported.
  Location site(Location at) {
    if (at.line != 0) site_ = at;
    return site_;
  }

 private:
  explicit Interpreter(Context& context) : context_(context) {}
  Result<Value> dispatch(const Expression& expression, Frame& frame);
  Result<Value> read(const Expression& name, const Frame& frame);
  Result<Value> member(const Expression& expression, Frame& frame);
  Result<Value> index(const Expression& expression, Frame& frame);
  Result<Value> call(const Expression& expression, Frame& frame);
  Result<Value> logical(const Expression& expression, Frame& frame);
  Result<Value> interpolation(const Expression& expression, Frame& frame);
  Result<Value> array(const Expression& expression, Frame& frame);
  Result<Value> record(const Expression& expression, Frame& frame);
  Result<Value> dict(const Expression& expression, Frame& frame);
  Result<Value> function(const Expression& expression, Frame& frame);
  Result<void> option(const Statement& statement, Value value);
  Result<void> count_text(size_t size, Location at);

  Context& context_;
  Library library_;
  Location site_;
};

// A function literal with what it took along.
class Closure final : public Function {
 public:
  Closure(Interpreter& interpreter, const Expression& literal, std::vector<Value> captures, std::vector<Value> defaults)
      : interpreter_(interpreter), literal_(literal), captures_(std::move(captures)), defaults_(std::move(defaults)) {
    for (const Value& value : captures_) lies_around(value.nesting());
    for (const Value& value : defaults_) lies_around(value.nesting());
  }

  std::string_view name() const override { return {}; }
  std::vector<std::string_view> parameters() const override;
  Result<Value> call(Context& context, std::span<const Argument> arguments, Location at) const override;
  // As call(), with a row in place of the argument of that name.
  Result<Value> call_row(std::string_view parameter, const Row& row, Location at) const;

  const Expression& literal() const { return literal_; }
  std::span<const Value> captures() const { return captures_; }
  Interpreter& interpreter() const { return interpreter_; }

 private:
  Result<Value> run(Frame& frame) const;
  Value fallback(size_t slot) const;

  Interpreter& interpreter_;
  const Expression& literal_;
  std::vector<Value> captures_;
  std::vector<Value> defaults_;  // of parameters, in their order; null of no type where there is none
};

// The error with a place and a name in front, where it has no place yet: "3:5: strings.toUpper: ...".
Error placed(Error error, Location at, std::string_view name = {});

}  // namespace inquest::query
