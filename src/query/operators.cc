#include "query/operators.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/regexp.h"

namespace inquest::query {
namespace {

std::unexpected<Error> mismatch(Operator op, const Value& left, const Value& right) {
  return fail(ErrorCode::Malformed, fmt::format("`{}` does not take {} and {}", to_string(op), to_string(left.type()),
                                                to_string(right.type())));
}

std::unexpected<Error> by_zero() { return fail(ErrorCode::Malformed, "cannot divide by zero"); }

double power(double base, double exponent) { return std::pow(base, exponent); }

// As unsigned numbers, where wrapping is defined.
Result<Value> integers(Operator op, int64_t a, int64_t b) {
  const auto x = static_cast<uint64_t>(a);
  const auto y = static_cast<uint64_t>(b);
  switch (op) {
    case Operator::Add: return Value::integer(static_cast<int64_t>(x + y));
    case Operator::Subtract: return Value::integer(static_cast<int64_t>(x - y));
    case Operator::Multiply: return Value::integer(static_cast<int64_t>(x * y));
    case Operator::Power: return Value::floating(power(static_cast<double>(a), static_cast<double>(b)));
    default: break;
  }
  if (b == 0) return by_zero();
  if (b == -1) return Value::integer(op == Operator::Divide ? static_cast<int64_t>(uint64_t{0} - x) : 0);
  return Value::integer(op == Operator::Divide ? a / b : a % b);
}

Result<Value> naturals(Operator op, uint64_t a, uint64_t b) {
  switch (op) {
    case Operator::Add: return Value::unsigned_integer(a + b);
    case Operator::Subtract: return Value::unsigned_integer(a - b);
    case Operator::Multiply: return Value::unsigned_integer(a * b);
    case Operator::Power: return Value::floating(power(static_cast<double>(a), static_cast<double>(b)));
    default: break;
  }
  if (b == 0) return by_zero();
  return Value::unsigned_integer(op == Operator::Divide ? a / b : a % b);
}

Value floats(Operator op, double a, double b) {
  switch (op) {
    case Operator::Add: return Value::floating(a + b);
    case Operator::Subtract: return Value::floating(a - b);
    case Operator::Multiply: return Value::floating(a * b);
    case Operator::Divide: return Value::floating(a / b);
    case Operator::Modulo: return Value::floating(std::fmod(a, b));
    default: return Value::floating(power(a, b));
  }
}

Result<Value> arithmetic(Operator op, const Value& left, const Value& right) {
  if (left.type() != right.type()) return mismatch(op, left, right);
  switch (left.type()) {
    case Type::Int: return integers(op, left.as_int(), right.as_int());
    case Type::Uint: return naturals(op, left.as_uint(), right.as_uint());
    case Type::Float: return floats(op, left.as_float(), right.as_float());
    case Type::String:
      if (op != Operator::Add) break;
      return Value::string(std::string(left.as_string()).append(right.as_string()));
    case Type::Duration: {
      if (op != Operator::Add && op != Operator::Subtract) break;
      const auto other = op == Operator::Add ? std::optional(right.as_duration()) : negate(right.as_duration());
      const auto sum = other ? add(left.as_duration(), *other) : std::nullopt;
      if (!sum) return fail(ErrorCode::Overflow, "the duration has no sign, or does not fit");
      return Value::duration(*sum);
    }
    default: break;
  }
  return mismatch(op, left, right);
}

bool is_number(Type type) { return type == Type::Int || type == Type::Uint || type == Type::Float; }

Result<Value> comparison(Operator op, const Value& left, const Value& right) {
  const bool equality = op == Operator::Equal || op == Operator::NotEqual;
  const bool numbers = is_number(left.type()) && is_number(right.type());
  if (!numbers && left.type() != right.type()) return mismatch(op, left, right);
  if (equality) {
    const bool equal = numbers ? order(left, right) == std::partial_ordering::equivalent : same(left, right);
    return Value::boolean(equal == (op == Operator::Equal));
  }
  const bool ordered = numbers || left.type() == Type::String || left.type() == Type::Time ||
                       left.type() == Type::Bool || left.type() == Type::Duration;
  if (!ordered) return mismatch(op, left, right);
  auto relation = order(left, right);
  if (left.type() == Type::Duration) {
    const Duration a = left.as_duration();
    const Duration b = right.as_duration();
    relation = a.months != b.months ? a.months <=> b.months : a.ns <=> b.ns;
  }
  switch (op) {
    case Operator::Less: return Value::boolean(relation < 0);
    case Operator::LessEqual: return Value::boolean(relation <= 0);
    case Operator::Greater: return Value::boolean(relation > 0);
    default: return Value::boolean(relation >= 0);
  }
}

Type result_type(Operator op, const Value& left, const Value& right) {
  if (op >= Operator::Equal) return Type::Bool;
  return left.type() != Type::Null ? left.type() : right.type();
}

}  // namespace

Result<Value> apply(Operator op, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return Value::null(result_type(op, left, right));
  switch (op) {
    case Operator::Match:
    case Operator::NotMatch:
      if (left.type() != Type::String || right.type() != Type::Regexp) return mismatch(op, left, right);
      return Value::boolean(right.as_regexp().matches(left.as_string()) == (op == Operator::Match));
    case Operator::Equal:
    case Operator::NotEqual:
    case Operator::Less:
    case Operator::LessEqual:
    case Operator::Greater:
    case Operator::GreaterEqual: return comparison(op, left, right);
    default: return arithmetic(op, left, right);
  }
}

Result<Value> apply_minus(const Value& operand) {
  if (operand.is_null()) return operand;
  switch (operand.type()) {
    case Type::Int: return Value::integer(static_cast<int64_t>(uint64_t{0} - static_cast<uint64_t>(operand.as_int())));
    case Type::Float: return Value::floating(-operand.as_float());
    case Type::Duration:
      if (const auto negated = negate(operand.as_duration())) return Value::duration(*negated);
      return fail(ErrorCode::Overflow, "the duration does not fit");
    default: return fail(ErrorCode::Malformed, fmt::format("`-` does not take {}", to_string(operand.type())));
  }
}

}  // namespace inquest::query
