// A builtin as a value that can be called, and the stream that a call of a transformation gives.
#pragma once

#include <optional>

#include "query/function.h"
#include "query/interpreter.h"
#include "query/lexer.h"
#include "query/table.h"

namespace inquest::query {

class BuiltinFunction final : public Function {
 public:
  BuiltinFunction(const Builtin& builtin, Interpreter& interpreter) : builtin_(builtin), interpreter_(interpreter) {}

  std::string_view name() const override { return builtin_.name; }
  std::vector<std::string_view> parameters() const override;
  Result<Value> call(Context& context, std::span<const Argument> arguments, Location at) const override;
  const Builtin& builtin() const { return builtin_; }

 private:
  const Builtin& builtin_;
  Interpreter& interpreter_;
};

// One transformation with its arguments, on the stream that it was given in a pipe.
class Operation final : public Stream {
 public:
  Operation(Call call, Ref<Stream> input, uint32_t depth);

  Result<Tables> tables(Context& context) const override;

  const Call& call() const { return call_; }
  const Builtin& builtin() const { return call_.builtin(); }
  bool is(std::string_view name) const { return builtin().package.empty() && builtin().name == name; }
  // Null for a source.
  const Operation* input() const { return static_cast<const Operation*>(input_.get()); }
  uint32_t depth() const { return depth_; }  // of transformations on each other

 private:
  Result<Tables> compute(Context& context) const;

  Call call_;
  Ref<Stream> input_;
  uint32_t depth_;
  mutable std::optional<Tables> kept_;  // where there may be more than one consumer
};

// "strings.toUpper", as a query would write it.
std::string shown_name(const Builtin& builtin);

// Roughly the bytes of the tables' columns; columns that tables share are counted for each.
uint64_t memory_of(const Tables& tables);

}  // namespace inquest::query
