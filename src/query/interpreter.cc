#include "query/interpreter.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "query/lexer.h"
#include "query/location.h"
#include "query/operators.h"
#include "query/table.h"

namespace inquest::query {
namespace {

// Streams on streams among them.
constexpr uint32_t kDeepestValue = 1'000;
// A string that is longer counts as memory of the query, for as long as it runs.
constexpr size_t kLongText = 4'096;

std::unexpected<Error> refuse(Location at, std::string_view message, ErrorCode code = ErrorCode::Malformed) {
  if (at.line == 0) return fail(code, std::string(message));
  return fail(error_at(at, code, message));
}

// Unknown (a null) or a truth.
Result<std::optional<bool>> truth(const Value& value, Location at) {
  if (value.is_null()) return std::optional<bool>();
  if (value.type() != Type::Bool) {
    return refuse(at, fmt::format("expected bool, found {}", to_string(value.type())));
  }
  return std::optional(value.as_bool());
}

}  // namespace

Error placed(Error error, Location at, std::string_view name) {
  if (error.line != 0) return error;
  if (!name.empty()) error.message = fmt::format("{}: {}", name, error.message);
  if (at.line == 0) return error;
  return error_at(at, error.code, error.message);
}

Value field_of(const Row& row, std::string_view name) {
  const Column* column = row.table->find(name);
  return column == nullptr ? Value() : value_at(*column, row.row);
}

Value record_of(const Row& row) {
  std::vector<Record::Field> fields;
  fields.reserve(row.table->columns.size());
  for (const auto& [label, column] : row.table->columns) fields.emplace_back(Text(label), value_at(column, row.row));
  return Value::record(std::move(fields));
}

Value value_at(const Column& column, size_t row) {
  const bool null = column.null(row);
  switch (column.type()) {
    case ColumnType::Bool: return null ? Value::null(Type::Bool) : Value::boolean(column.boolean(row));
    case ColumnType::Int: return null ? Value::null(Type::Int) : Value::integer(column.integer(row));
    case ColumnType::UInt: return null ? Value::null(Type::Uint) : Value::unsigned_integer(column.natural(row));
    case ColumnType::Float: return null ? Value::null(Type::Float) : Value::floating(column.number(row));
    case ColumnType::Time: return null ? Value::null(Type::Time) : Value::time(column.time(row));
    case ColumnType::String: break;
  }
  return null ? Value::null(Type::String) : Value::string(column.text(row));
}

Result<std::unique_ptr<Interpreter>> Interpreter::create(Context& context) {
  std::unique_ptr<Interpreter> out(new Interpreter(context));
  if (auto loaded = out->library_.load_universe(*out); !loaded) return fail(std::move(loaded).error());
  return out;
}

Result<std::vector<Value>> Interpreter::run(const Program& program) {
  std::vector<Value> out;
  Frame frame;
  for (const Statement& statement : program.statements) {
    if (statement.kind == Statement::Kind::TestCase) continue;
    auto value = evaluate(*statement.value, frame);
    if (!value) return fail(std::move(value).error());
    if (statement.kind == Statement::Kind::Expression) {
      out.push_back(std::move(*value));
    } else if (statement.kind == Statement::Kind::Option) {
      if (auto done = option(statement, std::move(*value)); !done) return fail(std::move(done).error());
    } else {
      library_.package(statement.place.package).values[statement.place.slot] = std::move(*value);
    }
  }
  return out;
}

Result<void> Interpreter::option(const Statement& statement, Value value) {
  if (statement.package.view().empty() && statement.name.view() == "now") {
    if (!value.is(Type::Function)) return refuse(statement.at, "`now` must be a function");
    auto now = value.as_function().call(context_, {}, statement.at);
    if (!now) return fail(std::move(now).error());
    if (!now->is(Type::Time)) return refuse(statement.at, "`now` must give a time");
    context_.set_now(now->as_time());
  }
  if (statement.package.view().empty() && statement.name.view() == "location") {
    context_.set_location(location_of(value, context_));
  }
  if (statement.place.kind == Place::Kind::Package) {
    library_.package(statement.place.package).values[statement.place.slot] = std::move(value);
  }
  return {};
}

Result<Value> Interpreter::evaluate(const Expression& e, Frame& frame) {
  if (auto counted = context_.step(); !counted) return fail(placed(std::move(counted).error(), site(e.at)));
  if (auto entered = context_.enter(); !entered) return fail(placed(std::move(entered).error(), site(e.at)));
  auto out = dispatch(e, frame);
  context_.leave();
  if (out && out->nesting() > kDeepestValue) return refuse(site(e.at), "values are nested too deep", ErrorCode::Limit);
  return out;
}

Result<Value> Interpreter::dispatch(const Expression& e, Frame& frame) {
  switch (e.kind) {
    case Expression::Kind::Literal: return e.literal;
    case Expression::Kind::Identifier: return read(e, frame);
    case Expression::Kind::Member: return member(e, frame);
    case Expression::Kind::Index: return index(e, frame);
    case Expression::Kind::Call: return call(e, frame);
    case Expression::Kind::Binary: {
      auto left = evaluate(*e.operands[0], frame);
      if (!left) return left;
      auto right = evaluate(*e.operands[1], frame);
      if (!right) return right;
      auto out = apply(e.op, *left, *right);
      if (!out) return fail(placed(std::move(out).error(), e.at));
      if (out->is(Type::String)) {
        if (auto counted = count_text(out->as_string().size(), e.at); !counted) return fail(std::move(counted).error());
      }
      return out;
    }
    case Expression::Kind::And:
    case Expression::Kind::Or: return logical(e, frame);
    case Expression::Kind::Not: {
      auto operand = evaluate(*e.operands[0], frame);
      if (!operand) return operand;
      auto known = truth(*operand, e.operands[0]->at);
      if (!known) return fail(std::move(known).error());
      return *known ? Value::boolean(!**known) : *operand;
    }
    case Expression::Kind::Exists: {
      auto operand = evaluate(*e.operands[0], frame);
      if (!operand) return operand;
      const bool held = operand->is(Type::Dynamic) && operand->as_dynamic().is_null();
      return Value::boolean(!held && !operand->is_null());
    }
    case Expression::Kind::Negate: {
      auto operand = evaluate(*e.operands[0], frame);
      if (!operand) return operand;
      auto out = apply_minus(*operand);
      if (!out) return fail(placed(std::move(out).error(), e.at));
      return out;
    }
    case Expression::Kind::Conditional: {
      auto test = evaluate(*e.operands[0], frame);
      if (!test) return test;
      auto known = truth(*test, e.operands[0]->at);
      if (!known) return fail(std::move(known).error());
      return evaluate(known->value_or(false) ? *e.operands[1] : *e.operands[2], frame);
    }
    case Expression::Kind::Interpolation: return interpolation(e, frame);
    case Expression::Kind::Array: return array(e, frame);
    case Expression::Kind::Record: return record(e, frame);
    case Expression::Kind::Dict: return dict(e, frame);
    case Expression::Kind::Function: return function(e, frame);
  }
  return Value();
}

Result<Value> Interpreter::read(const Expression& e, const Frame& frame) {
  switch (e.place.kind) {
    case Place::Kind::Local:
      if (frame.row && e.place.slot == frame.row_slot) return record_of(*frame.row);
      return frame.locals[e.place.slot];
    case Place::Kind::Capture: return frame.captures[e.place.slot];
    case Place::Kind::Package: return library_.package(e.place.package).values[e.place.slot];
    default: return refuse(e.at, fmt::format("`{}` is not defined", e.name.view()));
  }
}

Result<Value> Interpreter::member(const Expression& e, Frame& frame) {
  if (e.place.kind == Place::Kind::Package) return library_.package(e.place.package).values[e.place.slot];
  const Expression& of = *e.operands[0];
  const bool is_row = frame.row && of.kind == Expression::Kind::Identifier && of.place.kind == Place::Kind::Local &&
                      of.place.slot == frame.row_slot;
  if (is_row) return field_of(*frame.row, e.name.view());
  auto value = evaluate(of, frame);
  if (!value) return value;
  if (value->is_null()) return Value();
  if (value->type() == Type::Dynamic) {
    const Value& inside = value->as_dynamic();
    if (!inside.is(Type::Record)) return refuse(e.at, fmt::format("cannot access property \"{}\"", e.name.view()));
    const Value* field = inside.as_record().find(e.name.view());
    if (field == nullptr) return Value::dynamic(Value());
    return field->is(Type::Dynamic) ? *field : Value::dynamic(*field);
  }
  if (value->type() != Type::Record) {
    return refuse(e.at, fmt::format("{} has no field `{}`", to_string(value->type()), e.name.view()));
  }
  const Value* field = value->as_record().find(e.name.view());
  return field == nullptr ? Value() : *field;
}

Result<Value> Interpreter::index(const Expression& e, Frame& frame) {
  auto of = evaluate(*e.operands[0], frame);
  if (!of) return of;
  auto place = evaluate(*e.operands[1], frame);
  if (!place) return place;
  const bool dynamic = of->is(Type::Dynamic);
  const Value& inside = dynamic ? of->as_dynamic() : *of;
  if (inside.is(Type::Record) && place->is(Type::String)) {
    const Value* field = inside.as_record().find(place->as_string());
    const Value found = field == nullptr ? Value() : *field;
    return dynamic && found.type() != Type::Dynamic ? Value::dynamic(found) : found;
  }
  if (!inside.is(Type::Array) || !place->is(Type::Int)) {
    return refuse(e.at, fmt::format("cannot index {} with {}", to_string(of->type()), to_string(place->type())));
  }
  const auto& values = inside.as_array().values();
  if (place->as_int() < 0 || static_cast<uint64_t>(place->as_int()) >= values.size()) {
    if (dynamic) return Value::dynamic(Value());
    return refuse(e.at, fmt::format("cannot access element {} of array of length {}", place->as_int(), values.size()));
  }
  const Value& found = values[static_cast<size_t>(place->as_int())];
  return dynamic && found.type() != Type::Dynamic ? Value::dynamic(found) : found;
}

Result<Value> Interpreter::call(const Expression& e, Frame& frame) {
  // Before the function, so that a long pipe is computed from its start.
  std::vector<Argument> arguments;
  arguments.reserve(e.properties.size() + 1);
  if (e.operands.size() > 1) {
    auto piped = evaluate(*e.operands[1], frame);
    if (!piped) return piped;
    arguments.push_back({"<-", std::move(*piped)});
  }
  auto callee = evaluate(*e.operands[0], frame);
  if (!callee) return callee;
  if (!callee->is(Type::Function)) {
    return refuse(e.at, fmt::format("{} cannot be called", callee->is_null() ? "null" : to_string(callee->type())));
  }
  for (const Property& property : e.properties) {
    auto value = evaluate(*property.value, frame);
    if (!value) return value;
    arguments.push_back({property.name.view(), std::move(*value)});
  }
  return callee->as_function().call(context_, arguments, site(e.at));
}

// With three truths: what is unknown stays so, unless the rest decides.
Result<Value> Interpreter::logical(const Expression& e, Frame& frame) {
  const bool deciding = e.kind == Expression::Kind::Or;
  bool unknown = false;
  bool untyped = false;  // a field that no table has: the answer has no type either
  for (const auto& operand : e.operands) {
    auto value = evaluate(*operand, frame);
    if (!value) return value;
    auto known = truth(*value, operand->at);
    if (!known) return fail(std::move(known).error());
    if (*known && **known == deciding) return Value::boolean(deciding);
    unknown = unknown || !*known;
    untyped = untyped || value->type() == Type::Null;
  }
  if (unknown) return untyped ? Value() : Value::null(Type::Bool);
  return Value::boolean(!deciding);
}

Result<Value> Interpreter::interpolation(const Expression& e, Frame& frame) {
  std::string out;
  for (const auto& operand : e.operands) {
    auto value = evaluate(*operand, frame);
    if (!value) return value;
    auto text = to_text(*value);
    if (!text) {
      const auto type = value->is_null() ? "null" : to_string(value->type());
      return refuse(operand->at, fmt::format("{} cannot become part of a string", type));
    }
    out += *text;
    if (out.size() > context_.limits().text) return refuse(e.at, "the string grows too long", ErrorCode::Limit);
  }
  if (auto counted = count_text(out.size(), e.at); !counted) return fail(std::move(counted).error());
  return Value::string(out);
}

Result<void> Interpreter::count_text(size_t size, Location at) {
  if (size > context_.limits().text) return refuse(at, "the string grows too long", ErrorCode::Limit);
  if (size <= kLongText) return {};
  auto counted = context_.step(size / 8);
  if (counted) counted = context_.keep(size);
  if (!counted) return fail(placed(std::move(counted).error(), at));
  return {};
}

Result<Value> Interpreter::array(const Expression& e, Frame& frame) {
  std::vector<Value> values;
  values.reserve(e.operands.size());
  for (const auto& operand : e.operands) {
    auto value = evaluate(*operand, frame);
    if (!value) return value;
    values.push_back(std::move(*value));
  }
  return Value::array(std::move(values));
}

Result<Value> Interpreter::record(const Expression& e, Frame& frame) {
  std::vector<Record::Field> fields;
  if (!e.operands.empty()) {
    auto base = evaluate(*e.operands[0], frame);
    if (!base) return base;
    if (!base->is(Type::Record)) {
      return refuse(e.operands[0]->at, fmt::format("expected a record, found {}", to_string(base->type())));
    }
    fields = base->as_record().fields();
  }
  for (const Property& property : e.properties) {
    auto value = evaluate(*property.value, frame);
    if (!value) return value;
    fields.emplace_back(property.name, std::move(*value));
  }
  return Value::record(std::move(fields));
}

Result<Value> Interpreter::dict(const Expression& e, Frame& frame) {
  std::vector<Dict::Entry> entries;
  for (const auto& [key, value] : e.entries) {
    auto left = evaluate(*key, frame);
    if (!left) return left;
    auto right = evaluate(*value, frame);
    if (!right) return right;
    entries.emplace_back(std::move(*left), std::move(*right));
  }
  return Value::dict(make_ref<Dict>(std::move(entries)));
}

Result<Value> Interpreter::function(const Expression& e, Frame& frame) {
  std::vector<Value> captures;
  captures.reserve(e.captures.size());
  for (const Place& place : e.captures) {
    if (place.kind == Place::Kind::Capture) {
      captures.push_back(frame.captures[place.slot]);
    } else if (frame.row && place.slot == frame.row_slot) {
      captures.push_back(record_of(*frame.row));
    } else {
      captures.push_back(frame.locals[place.slot]);
    }
  }
  std::vector<Value> defaults;
  defaults.reserve(e.properties.size());
  for (const Property& parameter : e.properties) {
    defaults.emplace_back();
    if (!parameter.value) continue;
    auto value = evaluate(*parameter.value, frame);
    if (!value) return value;
    defaults.back() = std::move(*value);
  }
  return Value::function(Ref<Function>(new Closure(*this, e, std::move(captures), std::move(defaults))));
}

std::vector<std::string_view> Closure::parameters() const {
  std::vector<std::string_view> out;
  for (const Property& parameter : literal_.properties) out.push_back(parameter.name.view());
  return out;
}

Result<Value> Closure::call(Context&, std::span<const Argument> arguments, Location at) const {
  const auto& parameters = literal_.properties;
  Frame frame;
  frame.locals.resize(literal_.frame_size);
  frame.captures = captures_;
  std::vector<bool> given(parameters.size());
  for (const Argument& argument : arguments) {
    const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const Property& parameter) {
      return argument.name == "<-" ? parameter.pipe : parameter.name.view() == argument.name;
    });
    if (it == parameters.end()) {
      if (argument.name == "<-") return refuse(at, "the function takes nothing from a pipe");
      return refuse(at, fmt::format("the function has no parameter `{}`", argument.name));
    }
    const auto slot = static_cast<size_t>(it - parameters.begin());
    frame.locals[slot] = argument.value;
    given[slot] = true;
  }
  for (size_t slot = 0; slot < parameters.size(); ++slot) {
    if (given[slot]) continue;
    if (!parameters[slot].value) {
      return refuse(at, fmt::format("missing argument `{}`", parameters[slot].name.view()));
    }
    frame.locals[slot] = fallback(slot);
  }
  return run(frame);
}

Result<Value> Closure::call_row(std::string_view parameter, const Row& row, Location at) const {
  const auto& parameters = literal_.properties;
  Frame frame;
  frame.locals.resize(literal_.frame_size);
  frame.captures = captures_;
  frame.row = row;
  bool found = false;
  for (size_t slot = 0; slot < parameters.size(); ++slot) {
    if (parameters[slot].name.view() == parameter) {
      frame.row_slot = static_cast<uint32_t>(slot);
      found = true;
    } else if (parameters[slot].value) {
      frame.locals[slot] = fallback(slot);
    } else {
      return refuse(
          at, fmt::format("the function needs `{}`, and is given `{}` alone", parameters[slot].name.view(), parameter));
    }
  }
  if (!found) return refuse(at, fmt::format("the function has no parameter `{}`", parameter));
  return run(frame);
}

Value Closure::fallback(size_t slot) const {
  // What a package's variable is by now: an `option` may have changed it since the function was made.
  const Place& place = literal_.properties[slot].value->place;
  if (place.kind != Place::Kind::Package) return defaults_[slot];
  return interpreter_.library().package(place.package).values[place.slot];
}

Result<Value> Closure::run(Frame& frame) const {
  for (const Statement& statement : literal_.body) {
    auto value = interpreter_.evaluate(*statement.value, frame);
    if (!value || statement.kind == Statement::Kind::Return) return value;
    if (statement.kind == Statement::Kind::Variable) frame.locals[statement.place.slot] = std::move(*value);
  }
  return interpreter_.evaluate(*literal_.operands[0], frame);
}

}  // namespace inquest::query
