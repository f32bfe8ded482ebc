#include "query/function.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/table.h"

namespace inquest::query {
namespace {

constexpr unsigned kTypes = 16;

// "string", "int or float", "array of strings".
std::string names_of(Types types) {
  std::vector<std::string_view> names;
  for (unsigned at = 1; at < kTypes; ++at) {
    if ((types >> at & 1) != 0) names.push_back(to_string(static_cast<Type>(at)));
  }
  if ((types & kStrings) != 0) names.push_back("array of strings");
  std::string out;
  for (size_t at = 0; at < names.size(); ++at) {
    if (at > 0) out += at + 1 < names.size() ? ", " : " or ";
    out += names[at];
  }
  return out;
}

bool all_strings(const Value& value) {
  if (!value.is(Type::Array)) return false;
  const auto& values = value.as_array().values();
  return std::all_of(values.begin(), values.end(), [](const Value& v) { return v.is(Type::String); });
}

bool fits(Types types, const Value& value) {
  if (value.is_null()) return (types & kNull) != 0;
  return (types & one_of(value.type())) != 0 || ((types & kStrings) != 0 && all_strings(value));
}

size_t count(const Builtin& builtin) {
  size_t count = 0;
  while (count < Builtin::kMostParameters && !builtin.parameters[count].name.empty()) ++count;
  return count;
}

}  // namespace

Result<Call> Call::bind(const Builtin& builtin, std::span<const Argument> arguments, Context& context, Location at) {
  const size_t size = count(builtin);
  std::vector<Value> values(size);
  uint32_t given = 0;
  for (const Argument& argument : arguments) {
    size_t slot = 0;
    const auto is_it = [&](const Parameter& parameter) {
      return argument.name == "<-" ? parameter.need == Need::Pipe : parameter.name == argument.name;
    };
    while (slot < size && !is_it(builtin.parameters[slot])) ++slot;
    if (slot == size) {
      return fail(ErrorCode::Malformed, argument.name == "<-" ? std::string("takes nothing from a pipe")
                                                              : fmt::format("unknown argument `{}`", argument.name));
    }
    const Parameter& parameter = builtin.parameters[slot];
    if ((given >> slot & 1) != 0) {
      return fail(ErrorCode::Malformed, fmt::format("argument `{}` is given twice", parameter.name));
    }
    if (!fits(parameter.types, argument.value)) {
      const auto found = argument.value.is_null() ? "null" : to_string(argument.value.type());
      return fail(ErrorCode::Malformed,
                  fmt::format("argument `{}` must be {}, not {}", parameter.name, names_of(parameter.types), found));
    }
    given |= uint32_t{1} << slot;
    values[slot] = argument.value;
  }
  for (size_t slot = 0; slot < size; ++slot) {
    const Parameter& parameter = builtin.parameters[slot];
    if (parameter.need == Need::Optional || (given >> slot & 1) != 0) continue;
    return fail(ErrorCode::Malformed,
                parameter.need == Need::Pipe
                    ? fmt::format("needs `{}` from a pipe: `... |> {}()`", parameter.name, builtin.name)
                    : fmt::format("missing argument `{}`", parameter.name));
  }
  return Call(builtin, std::move(values), given, context, at);
}

size_t Call::slot(std::string_view parameter) const {
  size_t slot = 0;
  while (slot < values_.size() && builtin_->parameters[slot].name != parameter) ++slot;
  return slot;
}

// Builtins that share a function have not all of its parameters: what they lack was not given.
const Value& Call::value(std::string_view parameter) const {
  static const Value none{};
  const size_t at = slot(parameter);
  return at < values_.size() ? values_[at] : none;
}

std::string_view Call::text(std::string_view parameter, std::string_view fallback) const {
  return value(parameter).is(Type::String) ? value(parameter).as_string() : fallback;
}

int64_t Call::integer(std::string_view parameter, int64_t fallback) const {
  return value(parameter).is(Type::Int) ? value(parameter).as_int() : fallback;
}

double Call::floating(std::string_view parameter, double fallback) const {
  return value(parameter).is(Type::Float) ? value(parameter).as_float() : fallback;
}

bool Call::boolean(std::string_view parameter, bool fallback) const {
  return value(parameter).is(Type::Bool) ? value(parameter).as_bool() : fallback;
}

Ns Call::time(std::string_view parameter, Ns fallback) const {
  return value(parameter).is(Type::Time) ? value(parameter).as_time() : fallback;
}

Duration Call::duration(std::string_view parameter, Duration fallback) const {
  return value(parameter).is(Type::Duration) ? value(parameter).as_duration() : fallback;
}

std::vector<std::string> Call::texts(std::string_view parameter, std::vector<std::string> fallback) const {
  const Value& given = value(parameter);
  if (!given.is(Type::Array)) return fallback;
  std::vector<std::string> out;
  for (const Value& element : given.as_array().values()) out.emplace_back(element.as_string());
  return out;
}

Result<Tables> Call::tables(std::string_view parameter) const { return value(parameter).as_stream().tables(*context_); }

}  // namespace inquest::query
