// What can be called: a function literal of a query, or a builtin. A family of builtins is one file in
// query/functions/, which lists them in a FunctionSet (function_set.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/context.h"
#include "query/stream.h"
#include "query/value.h"

namespace inquest::query {

// In the query's text, from 1; a line of 0 is no place in it.
struct Location {
  uint32_t line = 0;
  uint32_t column = 0;  // in bytes
};

// An argument as it is handed over. The one in front of `|>` is called "<-".
struct Argument {
  std::string_view name;
  Value value;
};

class Function : public Shared {
 public:
  virtual std::string_view name() const = 0;  // "strings.toUpper"; empty for a literal
  // Of parameters that need no argument too, in the order in which they were written.
  virtual std::vector<std::string_view> parameters() const = 0;
  virtual Result<Value> call(Context& context, std::span<const Argument> arguments, Location at) const = 0;
};

// Which types an argument may have: a sum of these.
using Types = uint32_t;
constexpr Types one_of(Type type) { return Types{1} << static_cast<unsigned>(type); }
inline constexpr Types kNull = one_of(Type::Null);  // and nulls of the other types given
inline constexpr Types kBool = one_of(Type::Bool);
inline constexpr Types kInt = one_of(Type::Int);
inline constexpr Types kUint = one_of(Type::Uint);
inline constexpr Types kFloat = one_of(Type::Float);
inline constexpr Types kNumber = kInt | kUint | kFloat;
inline constexpr Types kString = one_of(Type::String);
inline constexpr Types kTime = one_of(Type::Time);
inline constexpr Types kBytes = one_of(Type::Bytes);
inline constexpr Types kDuration = one_of(Type::Duration);
inline constexpr Types kRegexp = one_of(Type::Regexp);
inline constexpr Types kArray = one_of(Type::Array);
inline constexpr Types kRecord = one_of(Type::Record);
inline constexpr Types kDict = one_of(Type::Dict);
inline constexpr Types kFunction = one_of(Type::Function);
inline constexpr Types kStream = one_of(Type::Stream);
inline constexpr Types kDynamic = one_of(Type::Dynamic);
inline constexpr Types kStrings = Types{1} << 16;  // an array of strings, each of them looked at
inline constexpr Types kAny = (Types{1} << 16) - 1;

enum class Need : uint8_t { Optional, Required, Pipe };  // Pipe: required, and what stands in front of `|>`

struct Parameter {
  std::string_view name;
  Types types = kAny;
  Need need = Need::Optional;
};

class Call;

// A function that C++ implements. Exactly one of `call` and `transform` is set. Before either is called, the arguments
// were checked against `parameters`, and an error that they return gets the place of the call and the name in front.
struct Builtin {
  static constexpr size_t kMostParameters = 14;

  std::string_view package;  // as it is imported: "strings", "experimental/array"; empty for what needs no import
  std::string_view name;
  Parameter parameters[kMostParameters] = {};
  // Called at once, gives a value.
  Result<Value> (*call)(Call& call) = nullptr;
  // Called when its tables are wanted, gives a stream. `input` are those of the parameter that is Need::Pipe; empty
  // where it has none (a source).
  Result<Tables> (*transform)(Call& call, Tables input) = nullptr;
};

// One call of a builtin: its arguments, by the names of its parameters.
class Call {
 public:
  // `values` has one for each parameter, null of no type where none was given; `given` a bit for each that was.
  Call(const Builtin& builtin, std::vector<Value> values, uint32_t given, Context& context, Location at)
      : builtin_(&builtin), values_(std::move(values)), given_(given), context_(&context), at_(at) {}

  // The arguments checked and sorted to their parameters, or why they do not fit: "missing argument `fn`",
  // "argument `n` must be int, not string", "unknown argument `columm`".
  static Result<Call> bind(const Builtin& builtin, std::span<const Argument> arguments, Context& context, Location at);

  Context& context() const { return *context_; }
  Location at() const { return at_; }
  const Builtin& builtin() const { return *builtin_; }

  bool has(std::string_view parameter) const { return (uint64_t{given_} >> slot(parameter) & 1) != 0; }
  // Null of no type where it was not given.
  const Value& value(std::string_view parameter) const;
  // For parameters of that type alone; the fallback where it was not given. Views live as long as the call.
  std::string_view text(std::string_view parameter, std::string_view fallback = {}) const;
  int64_t integer(std::string_view parameter, int64_t fallback = 0) const;
  double floating(std::string_view parameter, double fallback = 0) const;
  bool boolean(std::string_view parameter, bool fallback = false) const;
  Ns time(std::string_view parameter, Ns fallback = 0) const;
  Duration duration(std::string_view parameter, Duration fallback = {}) const;
  std::vector<std::string> texts(std::string_view parameter, std::vector<std::string> fallback = {}) const;  // kStrings
  const Function& function(std::string_view parameter) const { return value(parameter).as_function(); }
  // Of a parameter that takes a stream: its tables, computed now.
  Result<Tables> tables(std::string_view parameter) const;
  // Calls the function that was given, as fn(r: ...).
  Result<Value> invoke(const Function& function, std::span<const Argument> arguments) const {
    return function.call(*context_, arguments, at_);
  }

 private:
  size_t slot(std::string_view parameter) const;

  const Builtin* builtin_;
  std::vector<Value> values_;
  uint32_t given_;
  Context* context_;
  Location at_;
};

}  // namespace inquest::query
