// From one type to another, and what asks about values: int, float, string, ..., display, contains, length,
// types.isType.

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "query/aggregate.h"
#include "query/annotated_csv.h"
#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

// What a dynamic value holds, or the value itself.
const Value& inside(const Value& value) { return value.is(Type::Dynamic) ? value.as_dynamic() : value; }

// A null of no known type stays one: map() makes no column of it.
Value null_as(const Value& null, Type type) { return null.type() == Type::Null ? Value() : Value::null(type); }

std::unexpected<Error> no_way(const Value& value, std::string_view to) {
  if (value.is_null()) return refuse("cannot convert null to {}", to);
  if (value.is(Type::Function)) return refuse("cannot convert {} to {}", display(value), to);
  if (value.is(Type::String)) {
    const bool number = to == "int" || to == "uint" || to == "float";
    return refuse("cannot convert string \"{}\" to {}{}", printable(value.as_string()), to,
                  number ? " due to invalid syntax" : "");
  }
  return refuse("cannot convert {} to {}", to_string(value.type()), to);
}

Result<Value> to_bool(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Bool);
  switch (v.type()) {
    case Type::Bool: return v;
    case Type::String:
      if (v.as_string() == "true") return Value::boolean(true);
      if (v.as_string() == "false") return Value::boolean(false);
      break;
    case Type::Int:
      if (v.as_int() == 0 || v.as_int() == 1) return Value::boolean(v.as_int() == 1);
      break;
    case Type::Uint:
      if (v.as_uint() <= 1) return Value::boolean(v.as_uint() == 1);
      break;
    case Type::Float:
      if (v.as_float() == 0 || v.as_float() == 1) return Value::boolean(v.as_float() == 1);
      break;
    default: break;
  }
  return no_way(v, "bool");
}

// What does not fit ends at the type's bound: a cast of such a double would have no defined result.
template <class T>
T saturated(double value) {
  if (std::isnan(value)) return 0;
  if (value <= static_cast<double>(std::numeric_limits<T>::min())) return std::numeric_limits<T>::min();
  if (value >= static_cast<double>(std::numeric_limits<T>::max())) return std::numeric_limits<T>::max();
  return static_cast<T>(value);
}

// What is negative wraps around, as Flux's conversion does.
uint64_t natural_of(double value) {
  return value < 0 ? static_cast<uint64_t>(saturated<int64_t>(value)) : saturated<uint64_t>(value);
}

Result<Value> to_int(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Int);
  switch (v.type()) {
    case Type::Int: return v;
    case Type::Bool: return Value::integer(v.as_bool() ? 1 : 0);
    case Type::Uint: return Value::integer(static_cast<int64_t>(v.as_uint()));
    case Type::Float: return Value::integer(saturated<int64_t>(v.as_float()));
    case Type::Time: return Value::integer(v.as_time());
    case Type::Duration: return Value::integer(saturated<int64_t>(nominal_ns(v.as_duration())));
    case Type::String: {
      std::string_view digits = v.as_string();
      if (digits.starts_with('+')) digits.remove_prefix(1);
      if (const auto value = parse_int<int64_t>(digits)) return Value::integer(*value);
      break;
    }
    default: break;
  }
  return no_way(v, "int");
}

Result<Value> to_uint(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Uint);
  switch (v.type()) {
    case Type::Uint: return v;
    case Type::Bool: return Value::unsigned_integer(v.as_bool() ? 1 : 0);
    case Type::Int: return Value::unsigned_integer(static_cast<uint64_t>(v.as_int()));
    case Type::Float: return Value::unsigned_integer(natural_of(v.as_float()));
    case Type::Time: return Value::unsigned_integer(static_cast<uint64_t>(v.as_time()));
    case Type::Duration: return Value::unsigned_integer(natural_of(nominal_ns(v.as_duration())));
    case Type::String:
      if (const auto value = parse_int<uint64_t>(v.as_string())) return Value::unsigned_integer(*value);
      break;
    default: break;
  }
  return no_way(v, "uint");
}

Result<Value> to_float(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Float);
  switch (v.type()) {
    case Type::Float: return v;
    case Type::Bool: return Value::floating(v.as_bool() ? 1 : 0);
    case Type::Int: return Value::floating(static_cast<double>(v.as_int()));
    case Type::Uint: return Value::floating(static_cast<double>(v.as_uint()));
    case Type::String: {
      std::string_view digits = v.as_string();
      if (digits.starts_with('+')) digits.remove_prefix(1);
      double value = 0;  // infinities and NaN are numbers here
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (error == std::errc{} && end == digits.data() + digits.size()) return Value::floating(value);
      break;
    }
    default: break;
  }
  return no_way(v, "float");
}

Result<Value> to_string_value(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::String);
  if (v.type() == Type::Bytes) return Value::string(v.as_text());
  if (const auto text = to_text(v)) return Value::string(*text);
  return no_way(v, "string");
}

Result<Value> to_time(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Time);
  switch (v.type()) {
    case Type::Time: return v;
    case Type::Int: return Value::time(v.as_int());
    case Type::Uint: return Value::time(static_cast<Ns>(v.as_uint()));
    case Type::String:
      if (const auto time = parse_rfc3339(v.as_string())) return Value::time(*time);
      break;
    default: break;
  }
  return no_way(v, "time");
}

Result<Value> to_duration(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is_null()) return null_as(v, Type::Duration);
  switch (v.type()) {
    case Type::Duration: return v;
    case Type::Int: return Value::duration({0, v.as_int()});
    case Type::Uint: return Value::duration({0, static_cast<Ns>(v.as_uint())});
    case Type::String:
      if (const auto duration = parse_duration(v.as_string())) return Value::duration(*duration);
      break;
    default: break;
  }
  return no_way(v, "duration");
}

Result<Value> to_bytes(Call& call) {
  const Value& v = inside(call.value("v"));
  if (v.is(Type::Bytes)) return v;
  if (v.is(Type::String)) return Value::bytes(v.as_string());
  return no_way(v, "bytes");
}

Result<Value> display_value(Call& call) { return Value::string(display(call.value("v"))); }

Result<Value> contains(Call& call) {
  const Value& wanted = call.value("value");
  for (const Value& each : call.value("set").as_array().values()) {
    if (same(wanted, each)) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Result<Value> length(Call& call) {
  return Value::integer(static_cast<int64_t>(call.value("arr").as_array().values().size()));
}

Result<Value> is_type(Call& call) {
  const std::string_view wanted = call.text("type");
  const Value& v = call.value("v");
  return Value::boolean(to_string(v.type()) == wanted);
}

constexpr Parameter kValue{"v", kAny, Need::Required};

constexpr Builtin kBuiltins[] = {
    {"", "bool", {kValue}, to_bool},
    {"", "int", {kValue}, to_int},
    {"", "uint", {kValue}, to_uint},
    {"", "float", {kValue}, to_float},
    {"", "string", {kValue}, to_string_value},
    {"", "time", {kValue}, to_time},
    {"", "duration", {kValue}, to_duration},
    {"", "bytes", {kValue}, to_bytes},
    {"", "display", {kValue}, display_value},
    {"", "contains", {{"value", kAny, Need::Required}, {"set", kArray, Need::Required}}, contains},
    {"", "length", {{"arr", kArray, Need::Pipe}}, length},
    {"types", "isType", {kValue, {"type", kString, Need::Required}}, is_type},
};

constexpr Prelude kPreludes[] = {{"types", R"(
isNumeric = (v) => isType(v: v, type: "int") or isType(v: v, type: "uint") or isType(v: v, type: "float")
)"}};

}  // namespace

extern const FunctionSet conversions_function_set;
const FunctionSet conversions_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
